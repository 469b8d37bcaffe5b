docker run debian:12 true
docker run --read-only debian:12 true
