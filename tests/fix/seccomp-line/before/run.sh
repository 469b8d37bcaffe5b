#!/bin/sh
set -eu
docker run --rm --user 1777:1777 \
	-v data:/data \
	python:3.12 python train.py
