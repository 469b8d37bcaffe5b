#!/bin/sh
set -eu
docker run --rm --user 1777:1777 \
	--security-opt seccomp=./seccomp/oakum.json \
	--cap-drop ALL \
	--security-opt no-new-privileges:true \
	-v data:/data \
	python:3.12 python train.py
