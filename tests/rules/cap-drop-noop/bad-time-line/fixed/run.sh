#!/bin/sh
set -eu

docker run --rm --cap-drop CHOWN gcr.io/distroless/python3-debian12:nonroot serve.py
