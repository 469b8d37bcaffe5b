docker run --read-only debian:12 true
docker run --read-only=$RO debian:12 true
