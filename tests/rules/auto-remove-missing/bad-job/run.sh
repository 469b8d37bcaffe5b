#!/bin/sh
set -eu

docker run gcr.io/distroless/python3-debian12:nonroot train.py
