#!/bin/sh
set -eu

docker build -t serve .
docker run --rm --user 10001 serve
