#!/bin/sh
docker build -t worker -f worker.Dockerfile .
docker run --rm --user 1777:1777 --entrypoint /app/start.sh worker
