#!/bin/sh
docker run -d --user 1000 --cap-drop ALL --cap-add NET_ADMIN python:3.12
