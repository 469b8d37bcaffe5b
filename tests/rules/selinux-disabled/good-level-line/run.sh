#!/bin/sh
set -eu

docker run --rm --security-opt label=level:s0:c100,c200 gcr.io/distroless/python3-debian12:nonroot serve.py
