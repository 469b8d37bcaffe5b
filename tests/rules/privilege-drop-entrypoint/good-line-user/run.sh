#!/bin/sh
set -eu

docker run --rm -u 999:999 postgres:17
