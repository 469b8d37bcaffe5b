#!/bin/sh
# What `make demo` shows: the bundled example, its Dockerfiles alone and as a whole; and
# a copy of it that oakum has mended.
#
# usage: tools/demo.sh OAKUM EXAMPLE
#
# Findings are what the example is for, so 1 is the status that every audit must give.
set -eu
oakum=$1
example=$2

audit() {
	status=0
	"$oakum" audit "$@" || status=$?
	[ "$status" -eq 1 ]
}

# Only the line that says who a container runs as.
who() {
	echo "\$ oakum audit $* | grep 'runs as'"
	audit "$@" >"$scratch"
	grep '^[^ ].* runs as ' "$scratch"
}

scratch=$(mktemp)
copy=$(mktemp -d)
trap 'rm -rf "$scratch" "$copy"' EXIT

echo '# The Dockerfiles, each alone: three run as root, the notebook does not.'
who --target trainer --target predictor "$example/Dockerfile.model"
who "$example/Dockerfile.frontend" "$example/Dockerfile.notebook"
echo
echo '# The service as compose.yaml starts it: `user:` hides the root of the predictor,'
echo '# and the user of the notebook.'
who "$example"
echo
echo '# And what is wrong with it, at which bytes, and what to write instead.'
echo "\$ oakum audit $example"
audit "$example"

echo
echo '# oakum fix plans the change, proves each part of it by reading the result again, and'
echo '# writes it: here into a copy.'
cp -r "$example/." "$copy"
oakum=$(realpath "$oakum")
cd "$copy"
echo '$ oakum fix --write --all'
"$oakum" fix --write --all || [ $? -eq 1 ]
echo
echo '# What the host has to do for it: the folder that is mounted belongs to its user.'
echo '$ oakum prepare'
"$oakum" prepare || [ $? -eq 1 ]
if [ "$(id -u)" -eq 0 ]; then
	"$oakum" prepare --apply >/dev/null
else
	echo '# (only root may do that: here it is left as it is)'
fi
echo
echo '# And the second audit: nothing is left at medium or above.'
echo '$ oakum audit --fail-on medium'
if [ "$(id -u)" -eq 0 ]; then
	"$oakum" audit --fail-on medium
else
	"$oakum" audit --fail-on medium --ignore mount-uid-mismatch
fi
