docker run -v ./redis.conf:/usr/local/etc/redis/redis.conf:ro redis:7.4 redis-server /usr/local/etc/redis/redis.conf
