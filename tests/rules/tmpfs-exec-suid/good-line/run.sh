docker run --tmpfs /tmp:size=64m,mode=1777 debian:12 true
docker run --tmpfs "/tmp:$HOW" debian:12 true
