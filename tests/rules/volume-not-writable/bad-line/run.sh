#!/bin/sh
docker build -t app .
docker run -d -v models:/data app
