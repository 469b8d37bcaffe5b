#!/bin/sh
set -eu

docker run --rm --device /dev/ttyUSB0 gcr.io/distroless/python3-debian12:nonroot serve.py
