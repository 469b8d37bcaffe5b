#!/bin/sh
set -eu

docker run --user 1777:1777 -e HOME=/home/app --tmpfs /home/app:uid=1777,gid=1777,mode=0750 --security-opt no-new-privileges:true --rm python:3.12-slim-bookworm python job.py
