docker run -v /srv:/srv:rprivate debian:12 true
docker run -v /srv:/srv:$MODE debian:12 true
