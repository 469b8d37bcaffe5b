#!/bin/bash
# Train on every GPU of this machine.
set -euo pipefail
cd "$(dirname "$0")"

docker build --build-arg WANDB_API_KEY="$WANDB_API_KEY" -t train .
docker run -u 0:0 --gpus all --privileged --ipc=host --pid=host \
	-v "$PWD/models:/app/models" -v /:/host \
	--shm-size 8g \
	train

docker exec -it -u root train nvidia-smi
