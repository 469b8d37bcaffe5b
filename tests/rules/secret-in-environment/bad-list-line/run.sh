#!/bin/sh
set -eu

docker run --rm --env=API_TOKEN=gX4mT9wLq2vB gcr.io/distroless/python3-debian12:nonroot serve.py
