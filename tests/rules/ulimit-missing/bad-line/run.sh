docker run debian:12 true
docker run --ulimit nofile=1024:4096 debian:12 true
