docker run debian:12 true
docker run debian:12 true
