#!/bin/sh
set -eu

docker run --rm -u 10001:staffs gcr.io/distroless/python3-debian12:nonroot serve.py
