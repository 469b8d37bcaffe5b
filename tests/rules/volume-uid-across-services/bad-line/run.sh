docker run -d --name trainer --user 1000:1000 -v models:/models debian:12 sleep 1
docker run -d --name predictor --user 1001:1001 -v models:/models debian:12 sleep 1
