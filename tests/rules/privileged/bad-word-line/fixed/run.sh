#!/bin/sh
set -eu

docker run --cap-drop=ALL --security-opt=no-new-privileges:true --rm gcr.io/distroless/python3-debian12:nonroot serve.py
