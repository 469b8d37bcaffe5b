#!/bin/sh
set -e
umask 027
"$@"
