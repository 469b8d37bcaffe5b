#!/bin/sh
docker run -d --security-opt seccomp=p.json --security-opt no-new-privileges --user 1777:1777 python:3.12
