#!/bin/sh
gunicorn main:app &
pid=$!
trap 'kill -TERM $pid' TERM
wait $pid
nginx
