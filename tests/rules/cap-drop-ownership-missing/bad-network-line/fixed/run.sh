#!/bin/sh
set -eu

docker run --cap-drop ALL --rm --cap-drop NET_RAW --cap-drop MKNOD gcr.io/distroless/python3-debian12:nonroot serve.py
