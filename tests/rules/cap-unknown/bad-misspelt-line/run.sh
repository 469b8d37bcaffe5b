#!/bin/sh
set -eu

docker run --rm --cap-drop ALL --cap-add NET_BIND_SERVCE gcr.io/distroless/python3-debian12:nonroot serve.py
