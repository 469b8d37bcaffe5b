#!/bin/sh
# Good Dockerfiles stay quiet: no finding of medium or above, and nothing unseen.
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

for folder in "$here"/[0-9][0-9]-*/; do
	name=$(basename "$folder")
	"$OAKUM" audit --fail-on medium "$folder/Dockerfile" >"$scratch/out" 2>&1
	result $? "$name is quiet"
done
files=$number

[ "$files" -ge 20 ]
result $? "there are twenty of them ($files)"

for folder in "$here"/[0-9][0-9]-*/; do
	name=$(basename "$folder")
	grep -q "^| $name |" "$here/README.md" || echo "$name"
done >"$scratch/out"
[ ! -s "$scratch/out" ]
result $? "README.md tells of each"

# The same command has to be able to fail.
printf 'FROM debian:12.11-slim\nUSER root\n' >"$scratch/Dockerfile"
"$OAKUM" audit --fail-on medium "$scratch/Dockerfile" >"$scratch/out" 2>&1
[ $? -eq 1 ]
result $? "a bad one is not quiet"

echo "1..$number"
