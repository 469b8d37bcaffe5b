#!/bin/sh
set -eu

docker run --rm --security-opt seccomp=builtin gcr.io/distroless/python3-debian12:nonroot serve.py
