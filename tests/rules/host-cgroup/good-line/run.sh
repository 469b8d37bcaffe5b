docker run --cgroupns private debian:12 true
docker run --cgroupns=$MODE debian:12 true
