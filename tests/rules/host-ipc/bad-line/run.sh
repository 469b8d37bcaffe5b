docker run --ipc host debian:12 true
docker run --ipc=host debian:12 true
