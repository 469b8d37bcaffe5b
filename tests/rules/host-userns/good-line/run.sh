podman run --userns keep-id debian:12 true
docker run --userns=$MODE debian:12 true
