#!/bin/sh
set -eu

docker run -d redis:7.4 redis-server --requirepass crowbar7
