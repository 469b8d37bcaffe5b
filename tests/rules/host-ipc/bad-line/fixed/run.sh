docker run --shm-size 8gb debian:12 true
docker run --shm-size=8gb debian:12 true
