docker run --pid container:db debian:12 true
docker run --pid=$MODE debian:12 true
docker run debian:12 run --pid host
