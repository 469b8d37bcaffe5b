#!/bin/sh
set -eu

docker run --rm -e DB_PASSWORD -e API_TOKEN="$API_TOKEN" -e SECRET_KEY="$(cat key)" gcr.io/distroless/python3-debian12:nonroot serve.py
