#!/bin/sh
set -eu

docker run --security-opt no-new-privileges:true --rm gcr.io/distroless/python3-debian12:nonroot serve.py
