#!/bin/sh
set -eu

docker run --rm --cap-add NET_BIND_SERVICE gcr.io/distroless/python3-debian12:nonroot serve.py
