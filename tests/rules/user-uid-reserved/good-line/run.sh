docker run -u 10001:10001 debian:12 true
docker run -u $WHO debian:12 true
