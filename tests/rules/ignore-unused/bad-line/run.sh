#!/bin/sh
docker run -d \
	-u 10001:10001 \
	nginx:1.27
# oakum ignore=privileged reason=it slipped here
docker run -u 10001:10001 nginx:1.27
