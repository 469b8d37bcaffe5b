#!/bin/sh
set -eu

docker run --rm --security-opt label=type:spc_t gcr.io/distroless/python3-debian12:nonroot serve.py
