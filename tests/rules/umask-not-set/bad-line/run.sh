#!/bin/sh
docker run --rm --user 1777:1777 -v models:/models python:3.12-slim python -m http.server
