docker run debian:12 true
docker run --memory 2g debian:12 true
