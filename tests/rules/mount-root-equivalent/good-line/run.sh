docker run -v /etc/ssl/certs:/etc/ssl/certs:ro debian:12 true
docker run -v "$DIR":/host -v etc:/etc debian:12 true
