docker run --network app debian:12 true
docker run --net $NET debian:12 true
docker run debian:12 curl --network host
