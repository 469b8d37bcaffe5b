docker run debian:12 true
docker run --pids-limit 512 debian:12 true
