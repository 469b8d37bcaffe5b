#!/bin/sh
set -eu

docker run -d --user 1777:1777 -e PGDATA=/pgdata postgres:16
