docker run --pids-limit 512 -d debian:12 true
docker run -d --pids-limit 512 debian:12 true
