docker run --pids-limit 512 debian:12 true
docker run --pids-limit=$PIDS debian:12 true
docker run $OPTIONS debian:12 true
