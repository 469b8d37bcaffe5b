#!/bin/sh
set -eu

docker exec notebook ls
docker exec -u 1000 notebook ls
docker exec -u "$WHO" notebook ls
