#!/bin/sh
set -eu

docker run -d --user postgres postgres:17
