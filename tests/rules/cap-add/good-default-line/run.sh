#!/bin/sh
set -eu

docker run --rm --cap-drop ALL --cap-add SETUID python:3.13-slim-bookworm python serve.py
