#!/bin/sh
set -eu

docker run --rm --user 101:101 nginx:1.28
