#!/bin/sh
if [ -n "$STORE_UID" ] && [ -n "$STORE_GID" ]; then
	exec chroot --userspec="$STORE_UID:$STORE_GID" / store /data
fi
exec store /data
