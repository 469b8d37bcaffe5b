#!/bin/sh
set -eu

docker run --rm --pid host gcr.io/distroless/python3-debian12:nonroot serve.py
