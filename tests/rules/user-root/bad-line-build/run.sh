#!/bin/sh
set -eu

docker build -t api .
docker run --rm api
