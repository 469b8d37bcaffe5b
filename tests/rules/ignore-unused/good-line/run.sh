#!/bin/sh
# oakum ignore=privileged reason=the old driver
docker run \
	--user 10001:10001 \
	--privileged \
	nginx:1.27
