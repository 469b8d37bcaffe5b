#!/bin/sh
docker run --security-opt no-new-privileges:true -d --user 1000 --cap-drop ALL python:3.12
