#!/bin/sh
set -eu

docker build -t serve .
docker run --rm --security-opt no-new-privileges serve
