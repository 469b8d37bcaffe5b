#!/bin/sh
set -eu

docker run --rm -u 10001 "$IMAGE"
