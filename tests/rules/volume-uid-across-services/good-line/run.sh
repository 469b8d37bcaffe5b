docker run -u 1000 -v data:/data debian:12 true
docker run -u 1000 -v data:/data debian:12 true
docker run -u $WHO -v data:/data debian:12 true
