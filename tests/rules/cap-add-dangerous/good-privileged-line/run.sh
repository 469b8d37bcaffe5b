#!/bin/sh
set -eu

docker run --rm --privileged --cap-add SYS_ADMIN gcr.io/distroless/python3-debian12:nonroot serve.py
