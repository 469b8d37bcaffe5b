#!/bin/sh
docker run --rm --user 1777:1777 -v ./server.key:/etc/app/server.key:ro debian:12-slim sleep 60
