#!/bin/sh
# The same without compose; the queue runs on the host.
set -eu
cd "$(dirname "$0")"

docker build -t texts .
docker run -d --name texts \
	--pids-limit 512 \
	--shm-size=8gb \
	--cap-drop=ALL \
	--security-opt=no-new-privileges:true \
	--network host \
	-e REDIS_URL=redis://:crowbar@localhost:6379 \
	-v "$HOME/.cache/huggingface:/home/app/.cache/huggingface" \
	-v "$HOME/.netrc:/home/app/.netrc" \
	texts
