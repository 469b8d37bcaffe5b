#!/bin/sh
set -e
if [ "$1" = shell ]; then
    exec sh
fi
exec "$@"
