#!/bin/sh
set -eu

docker build -t api .
docker run --rm --user 10001 api
