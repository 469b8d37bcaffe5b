#!/bin/sh
set -eu

docker run --cap-add CHOWN --cap-add DAC_OVERRIDE --cap-add FOWNER --cap-add SETGID --cap-add SETUID -d --name db --cap-drop NET_RAW postgres:17
