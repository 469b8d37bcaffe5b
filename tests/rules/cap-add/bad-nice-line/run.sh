#!/bin/sh
set -eu

docker run --rm --cap-add SYS_NICE python:3.13-slim-bookworm python serve.py
