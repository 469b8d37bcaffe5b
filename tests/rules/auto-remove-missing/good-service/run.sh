#!/bin/sh
set -eu

docker run -d gcr.io/distroless/python3-debian12:nonroot serve.py
docker run --restart=on-failure:5 gcr.io/distroless/python3-debian12:nonroot serve.py
docker run --name trainer gcr.io/distroless/python3-debian12:nonroot train.py
