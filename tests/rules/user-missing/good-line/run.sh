#!/bin/sh
set -eu

docker run --rm --user 10001:10001 python:3.12-slim-bookworm python job.py
docker run --rm "$IMAGE" python job.py
