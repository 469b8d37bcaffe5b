docker run -p 8080:80 debian:12 true
docker run --publish=0.0.0.0:8081:81 debian:12 true
