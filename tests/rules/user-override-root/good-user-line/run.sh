#!/bin/sh
set -eu

docker run --rm --user 10001 gcr.io/distroless/python3-debian12:nonroot serve.py
