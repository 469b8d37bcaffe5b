#!/bin/sh
set -eu

docker run --rm --security-opt apparmor=docker-default gcr.io/distroless/python3-debian12:nonroot serve.py
