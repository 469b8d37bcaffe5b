#!/bin/sh
set -eu

docker run --rm --user dockerapp gcr.io/distroless/python3-debian12:nonroot serve.py
