#!/bin/sh
set -eu

docker run -d --name db --cap-drop SETUID --cap-drop NET_RAW postgres:17
