docker run --ulimit nofile=1024:2048 debian:12 true
docker run $OPTIONS debian:12 true
