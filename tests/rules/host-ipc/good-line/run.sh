docker run --ipc private --shm-size 1g debian:12 true
docker run --ipc=$MODE debian:12 true
