docker run -P debian:12 true
docker run --publish-all debian:12 true
