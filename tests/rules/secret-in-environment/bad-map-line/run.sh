#!/bin/sh
set -eu

docker run --rm -e DB_PASSWORD=hunter2-but-longer -e LOG_LEVEL=info gcr.io/distroless/python3-debian12:nonroot serve.py
