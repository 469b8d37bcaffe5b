docker run --uts host debian:12 true
docker run --uts=host debian:12 true
