#!/bin/sh
set -eu

docker run --rm -e DB_PASSWORD_FILE=/run/secrets/db gcr.io/distroless/python3-debian12:nonroot serve.py
