#!/bin/sh
set -eu

docker run --rm --cap-drop NET_RAW --cap-add cap_net_raw gcr.io/distroless/python3-debian12:nonroot serve.py
