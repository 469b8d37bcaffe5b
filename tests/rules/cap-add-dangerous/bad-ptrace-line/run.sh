#!/bin/sh
set -eu

docker run --rm --pid host --cap-add cap_sys_ptrace gcr.io/distroless/python3-debian12:nonroot serve.py
