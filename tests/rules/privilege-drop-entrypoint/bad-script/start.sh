#!/bin/sh
set -eu
chown -R app /data
exec gosu app "$@"
