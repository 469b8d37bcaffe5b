#!/bin/bash
# Train on every core of this machine.
set -euo pipefail
cd "$(dirname "$0")"

docker build --build-arg WANDB_API_KEY="$WANDB_API_KEY" -t train .
docker run -u 0:0 --privileged --ipc=host --pid=host \
	-v "$PWD/models:/app/models" -v /:/host \
	--shm-size 8g \
	--name train train

docker exec -it -u root train ls -l /app/models
