#!/bin/sh
docker build --build-arg HF_TOKEN="$HF_TOKEN" -t weights .
docker run --rm --cap-drop ALL --security-opt no-new-privileges --read-only \
	-m 1g --pids-limit 100 -p 127.0.0.1:8080:8080 weights
