#!/bin/sh
docker run --rm --user 1777:1777 -v ./scratch:/tmp:ro debian:12-slim sleep 60
