#!/bin/sh
set -eu

docker run --rm python:3.12-slim-bookworm python job.py
