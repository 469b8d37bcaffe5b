#!/bin/sh
set -eu

podman run -it -v data:/data gcr.io/distroless/python3-debian12:nonroot train.py
