#!/bin/sh
set -eu
useradd --uid 10001 worker
