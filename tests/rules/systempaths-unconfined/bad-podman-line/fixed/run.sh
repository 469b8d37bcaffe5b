#!/bin/sh
set -eu

podman run --rm gcr.io/distroless/python3-debian12:nonroot serve.py
