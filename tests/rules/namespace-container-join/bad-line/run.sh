docker run -d --name strong --privileged debian:12 sleep 1
docker run --pid container:strong debian:12 true
