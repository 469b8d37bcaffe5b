#!/bin/sh
set -eu

docker run -d postgres:17
