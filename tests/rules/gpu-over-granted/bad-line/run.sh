docker run --gpus all -e NVIDIA_DRIVER_CAPABILITIES=compute,graphics debian:12 true
