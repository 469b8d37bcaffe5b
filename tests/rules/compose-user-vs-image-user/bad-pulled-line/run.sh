#!/bin/sh
set -eu

docker run --rm --user 1234:1234 jupyter/scipy-notebook:2023-10-20
