#!/bin/sh
set -eu

docker run --rm --security-opt no-new-privileges gcr.io/distroless/python3-debian12:nonroot serve.py
