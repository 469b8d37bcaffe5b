#!/bin/sh
# The same without compose.
set -eu
cd "$(dirname "$0")"

docker build -t scores-api .
docker run -d --name scores-api --restart always \
	--pids-limit 512 \
	--read-only \
	--tmpfs /tmp \
	--tmpfs /home/nonroot:uid=1777,gid=1777,mode=0750 \
	--cap-drop ALL \
	--security-opt no-new-privileges:true \
	-p 127.0.0.1:8000:8000 \
	-e API_TOKEN=gX4mT9wLq2 \
	-v "$PWD/model:/app/model" \
	scores-api

# is the model there?
docker exec -u 0 scores-api ls -l /app/model
