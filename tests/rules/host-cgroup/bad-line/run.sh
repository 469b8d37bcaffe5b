docker run --cgroupns host debian:12 true
docker run --cgroupns=host debian:12 true
