#!/bin/sh
set -eu

docker run --rm --cap-add SYS_NICE gcr.io/distroless/python3-debian12:nonroot serve.py
