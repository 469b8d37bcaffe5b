docker run -p 127.0.0.1:80:80 -p '[::1]:80:80' debian:12 true
docker run --expose 80 debian:12 true
