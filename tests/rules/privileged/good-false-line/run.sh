#!/bin/sh
set -eu

docker run --rm --privileged=false gcr.io/distroless/python3-debian12:nonroot serve.py
