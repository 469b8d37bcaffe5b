#!/bin/sh
set -eu

docker run --rm -u 200:200 gcr.io/distroless/python3-debian12:nonroot serve.py
