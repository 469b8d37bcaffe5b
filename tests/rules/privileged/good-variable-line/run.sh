#!/bin/sh
set -eu

docker run --rm --privileged="$PRIVILEGED" gcr.io/distroless/python3-debian12:nonroot serve.py
