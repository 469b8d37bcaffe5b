#!/bin/sh
set -eu

docker build -t serve .
docker run --rm --user app serve
