#!/bin/sh
set -eu

docker run --rm --user 4711 gcr.io/distroless/python3-debian12:nonroot serve.py
