#!/bin/sh
docker run -d --user 1777 --cap-drop ALL --security-opt no-new-privileges python:3.12
