#!/bin/sh
# One run over the tables in ./raw, or in the folder that is named.
set -eu
cd "$(dirname "$0")"
raw=${1:-$PWD/raw}

docker build -t features .
docker run --net=host \
	--cap-drop ALL \
	--security-opt no-new-privileges:true \
	-v "$raw:/data/raw" \
	-v /mnt:/mnt:rshared \
	-v features:/data/out \
	features
