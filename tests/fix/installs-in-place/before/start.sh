#!/bin/sh
pip install -e .
exec python -m tool
