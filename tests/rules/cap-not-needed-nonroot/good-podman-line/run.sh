#!/bin/sh
set -eu

podman run --rm --cap-add SYS_NICE gcr.io/distroless/python3-debian12:nonroot serve.py
