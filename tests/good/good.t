#!/bin/sh
# Good Dockerfiles and compose projects stay quiet: no finding of medium or above, and
# nothing unseen.
#
#     OAKUM=build/src/cli/oakum prove tests/good/good.t
#
# A file beside its Dockerfile that is copied must be there, or it would be no example.

set -u
here=$(cd "$(dirname "$0")" && pwd)
: "${OAKUM:?name the program to test}"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

number=0
result() { # CODE, NAME: passes when CODE is 0; else shows what was printed
	number=$((number + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $number - $2"
		return
	fi
	echo "not ok $number - $2 (exit $1)"
	sed 's/^/# /' "$scratch/out"
}

quiet() { # KIND, FEWEST, FILE: all of that name, and there are enough of them
	before=$number
	for folder in "$here"/[0-9][0-9]-*/; do
		[ -f "$folder/$3" ] || continue
		name=$(basename "$folder")
		"$OAKUM" audit --fail-on medium "$folder/$3" >"$scratch/out" 2>&1
		result $? "the $1 of $name is quiet"
		[ "$(grep -c "^| $name |" "$here/README.md")" -gt 0 ]
		result $? "README.md tells of $name"
	done
	there=$(((number - before) / 2))
	[ "$there" -ge "$2" ]
	result $? "there are $2 of kind $1, or more ($there)"
}

quiet Dockerfile 20 Dockerfile
quiet 'compose project' 10 compose.yaml

# The same commands have to be able to fail.
printf 'FROM debian:12.11-slim\nUSER root\n' >"$scratch/Dockerfile"
"$OAKUM" audit --fail-on medium "$scratch/Dockerfile" >"$scratch/out" 2>&1
[ $? -eq 1 ]
result $? "a bad Dockerfile is not quiet"
printf 'services: {a: {image: "debian:12.11-slim", privileged: true}}\n' >"$scratch/compose.yaml"
"$OAKUM" audit --fail-on medium "$scratch/compose.yaml" >"$scratch/out" 2>&1
[ $? -eq 1 ]
result $? "a bad compose project is not quiet"

echo "1..$number"
