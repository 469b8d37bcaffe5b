#!/bin/bash
# Nothing that a user wrote is ever changed, and nothing is left behind.
. "$(dirname "$0")/lib.sh"

cp -R "$SOURCE/examples" tree
file tree/odd/Dockerfile 'FROM debian' 'RUN echo {{ x }}' 'USER "root"'
picture() {
	find . -printf '%P %y %m %u:%g %s %T@ %C@\n' | sort
	find . -type f -print0 | sort -z | xargs -0 sha256sum
}
picture >"$scratch/before"

run audit tree
exits 1 'there is something to find'
run audit --format json -j 4 tree
run audit tree/odd/Dockerfile
INPUT=tree/odd/Dockerfile run audit -
run explain user-root
picture >"$scratch/after"
claim 'content, times, owners and modes are as before' diff "$scratch/before" "$scratch/after"

claim 'nothing is left in the home folder' test "$(find "$HOME" -mindepth 1 -maxdepth 1 |
	sed 's|.*/||' | sort | tr '\n' ' ')" = 'after before claim err here out '

finish
