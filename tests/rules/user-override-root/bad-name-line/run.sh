#!/bin/sh
set -eu

docker run --rm -u root gcr.io/distroless/python3-debian12:nonroot serve.py
