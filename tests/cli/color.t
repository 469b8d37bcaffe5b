#!/bin/bash
# Colours go to terminals, and only where they are welcome.
. "$(dirname "$0")/lib.sh"

file Dockerfile 'FROM debian:12.11-slim' 'USER root'
escape=$(printf '\033')

on_terminal() { # COMMAND...: runs it with a terminal as standard output
	"$PYTHON" -c 'import os, pty, sys
def copy(fd):
    data = os.read(fd, 65536)
    shown.write(data)
    return data
shown = open(sys.argv[1], "wb")
sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[2:], copy)))' \
		"$out" "$@" >/dev/null </dev/null
	status=$?
}

run audit Dockerfile
says_not "$escape" 'a file gets none'
run audit --color always Dockerfile
says "$escape\[31mhigh" 'always means always'
NO_COLOR=1 run audit --color always Dockerfile
says "$escape" 'even against NO_COLOR, as it was said on the command line'

on_terminal "$OAKUM" audit Dockerfile
exits 1 'on a terminal'
says "$escape\[1m" 'a terminal gets colours'
NO_COLOR=1 on_terminal "$OAKUM" audit Dockerfile
says_not "$escape" 'not with NO_COLOR'
NO_COLOR='' on_terminal "$OAKUM" audit Dockerfile
says "$escape" 'an empty NO_COLOR is none'
TERM=dumb on_terminal "$OAKUM" audit Dockerfile
says_not "$escape" 'not on a dumb one'
on_terminal "$OAKUM" audit --color never Dockerfile
says_not "$escape" 'not when told never'
on_terminal "$OAKUM" audit --format json Dockerfile
says_not "$escape" 'never in JSON'

finish
