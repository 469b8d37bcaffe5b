#!/bin/sh
# Installs by name what a set of make goals needs and is missing; Debian 12.
#
# usage: tools/setup.sh build|check|lint|live|bench ...
#
# Looks before it acts: where nothing is missing it takes a few milliseconds, asks for
# no rights and touches no network. As somebody else than root it goes through sudo.
set -eu

build='gcc libc6-dev meson ninja-build pkgconf python3 libcmocka-dev libyaml-dev libseccomp-dev'
check="$build binutils clang libclang-rt-14-dev llvm python3-jsonschema python3-yaml"
lint="$check clang-format clang-tidy mandoc shellcheck"
bench="$build hyperfine"

say() {
	echo "oakum: setup: $*" >&2
}

# A package counts as there when dpkg has it installed, not only its settings.
is_installed() {
	status=$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) || return 1
	[ "$status" = installed ]
}

# What is there by another way (a compiler of one's own on PATH) need not be installed.
is_there() {
	is_installed "$1" && return 0
	case $1 in
	gcc | meson | python3 | clang | clang-format | clang-tidy | mandoc | shellcheck | hyperfine)
		command -v "$1" >/dev/null 2>&1 ;;
	ninja-build) command -v ninja >/dev/null 2>&1 ;;
	pkgconf) command -v pkg-config >/dev/null 2>&1 ;;
	*) return 1 ;;
	esac
}

as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif command -v sudo >/dev/null 2>&1; then
		sudo "$@"
	else
		say "not root and no sudo here: cannot run '$*'"
		return 1
	fi
}

apt() {
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq \
		-o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "$@" >/dev/null
}

install_missing() {
	if ! command -v apt-get >/dev/null 2>&1; then
		say "no apt-get here; install these by hand:$*"
		return 1
	fi
	say "installing $*"
	apt update || say "apt-get update failed; trying with the lists at hand"
	apt install -y --no-install-recommends "$@" && return 0
	# One package that cannot be had must not keep the others away.
	failed=0
	for package in "$@"; do
		why=$(apt install -y --no-install-recommends "$package" 2>&1) && continue
		say "package $package cannot be installed:" \
			"$(printf '%s' "$why" | grep -m1 '^E:' || echo 'apt-get failed')"
		failed=1
	done
	return "$failed"
}

[ $# -gt 0 ] || set -- build
missing=
for set in "$@"; do
	case $set in
	build) wanted=$build ;;
	check) wanted=$check ;;
	lint) wanted=$lint ;;
	bench) wanted=$bench ;;
	live) wanted=$build ;;
	*)
		say "no set '$set'; there are build, check, lint, live, bench"
		exit 2
		;;
	esac
	for package in $wanted; do
		case " $missing " in *" $package "*) continue ;; esac
		is_there "$package" || missing="$missing $package"
	done
done
# shellcheck disable=SC2086 # names of packages hold no blanks
[ -z "$missing" ] || install_missing $missing

# The live tests' engine needs care of its own: no daemon may start by installing it.
case " $* " in *" live "*) exec "$(dirname "$0")/setup-live.sh" ;; esac
