#!/bin/sh
set -eu

docker run --rm --cap-drop=CHOWN --cap-drop=DAC_OVERRIDE --cap-drop=FOWNER gcr.io/distroless/python3-debian12:nonroot serve.py
