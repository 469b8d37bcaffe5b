#!/bin/sh
set -eu

docker run -d --cap-drop ALL --user 999:999 postgres:17
