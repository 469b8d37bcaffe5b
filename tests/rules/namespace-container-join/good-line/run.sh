docker run --name web debian:12 true
docker run --pid container:$OTHER debian:12 true
