#!/bin/sh
docker run --pids-limit 512 --cap-drop ALL --user 1777:1777 -e HOME=/home/app --tmpfs /home/app:uid=1777,gid=1777,mode=0750 --security-opt no-new-privileges:true -d -w /srv python:3.11-slim \
	supervisord -n -c /srv/supervisord.conf --logfile=/dev/null --pidfile=/tmp/supervisord.pid # in front
docker run --cap-drop ALL --security-opt no-new-privileges:true --rm --user 1777:1777 -w /srv python:3.11-slim gunicorn app:app
