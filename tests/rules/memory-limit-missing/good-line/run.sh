docker run -m 512m debian:12 true
docker run --memory=$MEMORY debian:12 true
docker run "${OPTIONS[@]}" debian:12 true
