#!/bin/sh
set -eu

docker run --cap-drop ALL --rm gcr.io/distroless/python3-debian12:nonroot serve.py
