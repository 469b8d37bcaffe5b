docker run --uts= debian:12 true
docker run --uts $MODE debian:12 true
