#!/bin/sh
set -eu
id=$(docker create debian:12.11-slim true)
docker cp "$id:/etc/os-release" .
docker rm "$id"
