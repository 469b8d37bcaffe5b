docker network create app
docker run -d --network app --name db debian:12 sleep 1
docker run -d --name web debian:12 sleep 1
