#!/bin/sh
# The same without compose; the queue runs on the host.
set -eu
cd "$(dirname "$0")"

docker build -t texts .
docker run -d --name texts \
	--network host --ipc=host \
	--security-opt seccomp=unconfined --cap-add=SYS_PTRACE \
	-e REDIS_URL=redis://:crowbar@localhost:6379 \
	-v "$HOME/.cache/huggingface:/root/.cache/huggingface" \
	-v "$HOME/.netrc:/root/.netrc" \
	texts
