#!/bin/bash
# Standard input, pipes and substitutions are read to their end.
. "$(dirname "$0")/lib.sh"

file Dockerfile 'FROM debian:12.11-slim' 'USER root' 'CMD ["sleep", "1"]'

INPUT=Dockerfile run audit -
exits 1 'standard input'
says '^<stdin>: runs as root' 'it is called <stdin>'
says '<stdin>:2:6' 'places in it are too'
INPUT=Dockerfile run audit --format json -
fits_schema 'its JSON fits the schema'

status=0
cat Dockerfile | "$OAKUM" audit - >"$out" 2>"$err" || status=$?
exits 1 'a pipe on standard input'
status=0
"$OAKUM" audit <(cat Dockerfile) >"$out" 2>"$err" || status=$?
exits 1 'a substitution of the shell'

mkfifo pipe
cat Dockerfile >pipe &
run audit pipe
exits 1 'a named pipe that is named'
wait

run audit -
exits 4 'an empty standard input is no Dockerfile'
INPUT=Dockerfile run audit --as template -
exits 4 '--as decides what it is'
file odd 'maintainer somebody' 'user root'
INPUT=odd run audit --as dockerfile -
says_not 'not audited' '--as dockerfile reads what does not look like one'

status=0
head -c 17000000 /dev/zero | timeout 30 "$OAKUM" audit - >"$out" 2>"$err" || status=$?
exits 4 'more than can be looked into'
complains "<stdin>.*too large" 'it is said'

finish
