#!/bin/sh
set -eu

docker run -d --name notebook jupyter/scipy-notebook:2023-10-20
docker exec -u 0 notebook apt-get update
