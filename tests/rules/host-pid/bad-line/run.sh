docker run --pid host debian:12 true
docker run --pid=host debian:12 true
