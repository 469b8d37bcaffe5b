#!/bin/sh
set -eu

docker run --rm registry.example.org/team/job:4 python job.py
