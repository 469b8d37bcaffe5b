docker run -p 127.0.0.1:8080:80 debian:12 true
docker run --publish=127.0.0.1:8081:81 debian:12 true
