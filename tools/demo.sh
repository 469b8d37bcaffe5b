#!/bin/sh
# What `make demo` shows: the bundled example, its Dockerfiles alone and as a whole.
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
trap 'rm -f "$scratch"' EXIT

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
