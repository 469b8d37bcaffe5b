#!/bin/sh
set -eu

docker build -t job .
docker run --rm job
