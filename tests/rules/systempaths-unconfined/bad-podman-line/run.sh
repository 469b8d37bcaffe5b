#!/bin/sh
set -eu

podman run --rm --security-opt unmask=ALL gcr.io/distroless/python3-debian12:nonroot serve.py
