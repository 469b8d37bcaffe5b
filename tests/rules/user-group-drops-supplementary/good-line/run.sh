docker run -u 1000 debian:12 true
