#!/bin/sh
set -eu

docker build -t job .
docker run --rm --user 10001 job
