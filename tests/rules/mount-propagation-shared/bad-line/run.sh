docker run -v /mnt:/mnt:rshared debian:12 true
