#!/bin/sh
date > /app/started
date > /out/done
