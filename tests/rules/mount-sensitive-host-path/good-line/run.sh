docker run -v ./home:/home -v /etc/localtime:/etc/localtime:ro debian:12 true
docker run -v "$PWD":/work debian:12 true
