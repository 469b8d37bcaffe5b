docker run debian:12 true
docker run --cpus 2 debian:12 true
