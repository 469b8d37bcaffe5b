#!/bin/sh
# Installs what `make check-live` needs from Debian: a container engine, a compiler
# for the static probe, mmdebstrap for the bases. Installs only what is missing, and
# starts nothing: the live tests run a dockerd of their own. Says in one line which
# package cannot be had.
#
# usage: tools/setup-live.sh
set -eu

# package and a file that proves that it is there; a file, not dpkg's word, because
# an engine from elsewhere may stand in for one of them.
needs='
docker.io      /usr/sbin/dockerd
docker.io      /usr/bin/docker
docker-compose /usr/bin/docker-compose
containerd     /usr/bin/containerd
runc           /usr/sbin/runc
mmdebstrap     /usr/bin/mmdebstrap
gcc            /usr/bin/gcc
make           /usr/bin/make
bzip2          /usr/bin/bzip2
libc6-dev      /usr/include/stdio.h
podman         /usr/bin/podman
crun           /usr/bin/crun
uidmap         /usr/bin/newuidmap
util-linux     /usr/bin/nsenter
python3        /usr/bin/python3
python3-pip    /usr/lib/python3/dist-packages/pip/__init__.py
'

missing=$(printf '%s' "$needs" | while read -r package file; do
	[ -z "$package" ] || [ -e "$file" ] || echo "$package"
done | sort -u)
[ -n "$missing" ] || exit 0

if [ "$(id -u)" != 0 ]; then
	# shellcheck disable=SC2086 # one line, names without blanks
	echo "setup-live: not root: cannot install" $missing >&2
	exit 0
fi

# docker.io's postinst starts a daemon where policy allows it; a policy that denies
# lasts only as long as this script, and one that is there already is left alone.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
	trap 'rm -f "$policy"' EXIT
	trap 'exit 1' HUP INT TERM
	printf '#!/bin/sh\nexit 101\n' > "$policy"
	chmod 755 "$policy"
fi

export DEBIAN_FRONTEND=noninteractive
apt() {
	apt-get -qq -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "$@" > /dev/null
}

apt update || echo "setup-live: apt-get update failed, trying with the lists at hand" >&2
# shellcheck disable=SC2086
apt install -y --no-install-recommends $missing && exit 0

# One package that cannot be had must not keep the others away; the tests skip by what
# is missing then, so this is no failure.
for package in $missing; do
	apt install -y --no-install-recommends "$package" ||
		echo "setup-live: cannot install $package" >&2
done
