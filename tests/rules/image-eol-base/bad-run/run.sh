#!/bin/sh
docker run --rm --user 1000 debian:buster id
