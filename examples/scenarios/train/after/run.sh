#!/bin/bash
# Train on every core of this machine.
set -euo pipefail
cd "$(dirname "$0")"

docker build --build-arg WANDB_API_KEY="$WANDB_API_KEY" -t train .
docker run \
	--read-only \
	--tmpfs /tmp \
	--tmpfs /home/trainer:uid=1777,gid=1777,mode=0750 \
	--cap-drop ALL \
	--security-opt no-new-privileges:true \
	-v "$PWD/models:/app/models" -v /:/host \
	--shm-size 8g \
	--name train train

docker exec -it -u root train ls -l /app/models
