#!/bin/sh
set -eu

docker run --rm --security-opt 'seccomp=./profile.json' gcr.io/distroless/python3-debian12:nonroot serve.py
