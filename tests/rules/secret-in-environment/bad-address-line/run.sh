#!/bin/sh
set -eu

docker run --rm -e BROKER_URL=amqp://worker:crowbar7@queue:5672// gcr.io/distroless/python3-debian12:nonroot serve.py
