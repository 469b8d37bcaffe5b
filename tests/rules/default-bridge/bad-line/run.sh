docker run -d --name db debian:12 sleep 1
docker run --detach --name web debian:12 sleep 1
docker run --rm debian:12 true
