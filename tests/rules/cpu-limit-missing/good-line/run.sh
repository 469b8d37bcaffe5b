docker run --cpus 2 debian:12 true
docker run --cpu-quota=50000 debian:12 true
docker run $LIMITS debian:12 true
