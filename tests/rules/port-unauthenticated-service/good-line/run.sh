docker run -p 127.0.0.1:8888:8888 jupyter/base-notebook:latest
docker run -p 443:443 debian:12 true
