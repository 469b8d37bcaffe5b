#!/bin/sh
set -eu

podman exec -it --user=root notebook bash
