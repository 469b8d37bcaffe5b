#!/bin/sh
# What the job writes is for its user and group only.
set -eu
umask 027
exec "$@"
