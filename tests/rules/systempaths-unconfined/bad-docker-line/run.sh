#!/bin/sh
set -eu

docker run --rm --security-opt systempaths=unconfined gcr.io/distroless/python3-debian12:nonroot serve.py
