docker run --device /dev/nvidia0 debian:12 true
docker run --device "$DEVICE" debian:12 true
docker run --device nvidia.com/gpu=all debian:12 true
