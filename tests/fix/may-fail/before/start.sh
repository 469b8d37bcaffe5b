#!/bin/sh
ldconfig 2>/dev/null || echo "no cache, which is only slower"
exec python serve.py
