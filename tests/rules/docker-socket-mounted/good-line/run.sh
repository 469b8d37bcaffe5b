docker run -v ./docker.sock:/s -v sock:/var/run debian:12 true
docker run --mount type=volume,src=run,dst=/var/run debian:12 true
