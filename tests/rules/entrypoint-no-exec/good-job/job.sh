#!/bin/sh
python /app/train.py
echo done
