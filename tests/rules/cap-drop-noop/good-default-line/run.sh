#!/bin/sh
set -eu

docker run --rm --cap-drop CHOWN --cap-drop NET_RAW gcr.io/distroless/python3-debian12:nonroot serve.py
