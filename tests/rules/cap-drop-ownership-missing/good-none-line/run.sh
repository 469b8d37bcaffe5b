#!/bin/sh
set -eu

docker run --rm --init gcr.io/distroless/python3-debian12:nonroot serve.py
