#!/bin/sh
docker run -d -w /srv python:3.11-slim \
	supervisord -n -c /srv/supervisord.conf # in front
docker run --rm --user 1777:1777 -w /srv python:3.11-slim gunicorn app:app
