#!/bin/sh
set -eu

docker run --rm --user "$(id -u):$(id -g)" gcr.io/distroless/python3-debian12:nonroot serve.py
