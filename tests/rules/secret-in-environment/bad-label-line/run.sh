#!/bin/sh
set -eu

docker run --rm --label deploy.token=9f1c77d2aa gcr.io/distroless/python3-debian12:nonroot serve.py
