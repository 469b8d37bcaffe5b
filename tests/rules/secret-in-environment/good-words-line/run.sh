#!/bin/sh
set -eu

docker run --rm -e MAX_TOKENS=4096 -e TOKEN_TTL=3600 -e TOKENIZERS_PARALLELISM=false gcr.io/distroless/python3-debian12:nonroot serve.py
