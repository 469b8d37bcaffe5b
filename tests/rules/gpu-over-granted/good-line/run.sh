docker run --gpus 1 debian:12 true
docker run --gpus '"device=0"' debian:12 true
docker run --gpus "$GPUS" debian:12 true
