docker run --network host debian:12 true
docker run --network=host debian:12 true
