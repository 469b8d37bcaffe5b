#!/bin/sh
set -eu

docker run --rm --user 10001:10001 registry.example.org/team/job:4
