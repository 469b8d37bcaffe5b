#!/bin/sh
exec gosu app sleep 60
