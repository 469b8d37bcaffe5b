docker run -v ./nginx.conf:/etc/nginx/nginx.conf:ro nginx:1.29
docker run -v "./nginx.conf:/etc/nginx/nginx.conf:$MODE" nginx:1.29
