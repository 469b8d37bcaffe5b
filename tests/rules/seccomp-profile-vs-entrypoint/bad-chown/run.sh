#!/bin/sh
docker run -d --security-opt seccomp=p.json --security-opt no-new-privileges --entrypoint chown python:3.12 -R 1000 /data
