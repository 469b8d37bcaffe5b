#!/bin/sh
docker run --rm --user 10001:10001 -v "$PWD/models:/models" debian:12 true
