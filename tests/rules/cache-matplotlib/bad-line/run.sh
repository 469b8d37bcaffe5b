#!/bin/sh
set -eu

docker build -t app .
docker run --rm --user 1777:1777 app
