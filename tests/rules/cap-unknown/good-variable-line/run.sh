#!/bin/sh
set -eu

docker run --rm --cap-add "$EXTRA_CAP" gcr.io/distroless/python3-debian12:nonroot serve.py
