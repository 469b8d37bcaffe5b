#!/bin/sh
docker build -t train .
docker run --user 1777:1777 train
