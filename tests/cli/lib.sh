# shellcheck shell=bash
# What the tests of the command line share. A test sources it, says what it runs and
# what must come of it, and ends with `finish`. Output is TAP.
#
#	. "$(dirname "$0")/lib.sh"
#	file Dockerfile 'FROM debian:12' 'USER root'
#	run audit Dockerfile
#	exits 1 'a container that runs as root is found'
#	says 'runs as root' 'and it is said in words'
#	finish
#
# Each test runs in an empty folder of its own, with no terminal and nothing to read.
# OAKUM is the program, SOURCE the folder of its source, PYTHON a python3.

set -u
: "${OAKUM:?name the program to test}"
: "${SOURCE:?name the folder of the source}"
PYTHON=${PYTHON:-/usr/bin/python3}
unset NO_COLOR XDG_CONFIG_HOME
export LC_ALL=C TERM=xterm

scratch=$(mktemp -d)
# What a test made unreadable must still go away.
trap 'chmod -R u+rwx "$scratch"; rm -rf "$scratch"' EXIT
export HOME=$scratch
mkdir "$scratch/here" && cd "$scratch/here" || exit 99
out=$scratch/out err=$scratch/err status=0
number=0

file() { # NAME LINE...: a file of these lines
	local name=$1
	shift
	case $name in */*) mkdir -p "${name%/*}" ;; esac
	printf '%s\n' "$@" >"$name"
}

run() { # ARGUMENT...: runs oakum; see $out, $err and $status. Half a minute is enough
	# for anything, also for a sanitizer on a busy machine; LIMIT says otherwise.
	status=0
	timeout "${LIMIT:-30}" "$OAKUM" "$@" >"$out" 2>"$err" <"${INPUT:-/dev/null}" ||
		status=$?
}

result() { # STATUS CLAIM [FILE...]: one test point; shows the files when it fails
	local code=$1 claim=$2
	shift 2
	number=$((number + 1))
	if [ "$code" -eq 0 ]; then
		echo "ok $number - $claim"
		return
	fi
	echo "not ok $number - $claim"
	for shown in "$@"; do
		head -n 30 "$shown" | cut -c 1-400 | sed 's/^/#   /'
	done
}

skip() { # CLAIM REASON
	number=$((number + 1))
	echo "ok $number - $1 # SKIP $2"
}

exits() { # STATUS CLAIM
	[ "$status" -eq "$1" ]
	result $? "$2 (exit $1, got $status)" "$out" "$err"
}

says() { # REGEX CLAIM: a line of standard output matches
	grep -qE -e "$1" "$out"
	result $? "$2" "$out" "$err"
}

says_not() { # REGEX CLAIM
	! grep -qE -e "$1" "$out"
	result $? "$2" "$out"
}

says_nothing() { # CLAIM: standard output is empty
	[ ! -s "$out" ]
	result $? "$1" "$out"
}

complains() { # REGEX CLAIM: standard error is one line "oakum: …" that matches
	[ "$(wc -l <"$err")" -eq 1 ] && grep -qE -e "^oakum: .*$1" "$err"
	result $? "$2" "$err" "$out"
}

complains_not() { # CLAIM: standard error is empty
	[ ! -s "$err" ]
	result $? "$1" "$err"
}

claim() { # CLAIM COMMAND...: the command succeeds
	local text=$1
	shift
	"$@" >"$scratch/claim" 2>&1
	result $? "$text" "$scratch/claim"
}

json() { # CLAIM EXPRESSION: true of the JSON on standard output, called r
	"$PYTHON" -c 'import json, sys
r = json.load(open(sys.argv[1], encoding="utf-8"))
assert eval(sys.argv[2]), sys.argv[2]' "$out" "$2" >"$scratch/claim" 2>&1
	result $? "$1" "$scratch/claim" "$out"
}

fits_schema() { # CLAIM [NAME]: standard output is what doc/NAME.schema.json describes
	local code=0
	"$PYTHON" "$SOURCE/tests/cli/schema.py" "$SOURCE/doc/${2:-findings}.schema.json" \
		"$out" >"$scratch/claim" 2>&1 || code=$?
	if [ "$code" -eq 77 ]; then
		skip "$1" "python3-jsonschema is not installed"
	else
		result "$code" "$1" "$scratch/claim" "$out"
	fi
}

# A lot for one file of at most 16 MB; a sanitizer needs its shadow, though.
bounded() { # ARGUMENT...: runs oakum with 1 GB of address space and a minute
	status=0
	if grep -q __asan_init "$OAKUM"; then
		LIMIT=60 run "$@"
		return
	fi
	(
		ulimit -v 1000000
		timeout 60 "$OAKUM" "$@" >"$out" 2>"$err" </dev/null
	) || status=$?
}

survives() { # CLAIM: an answer, whichever it is
	[ "$status" -le 1 ] || [ "$status" -eq 4 ]
	result $? "$1 (got $status)" "$err" "$out"
}

is_root() {
	[ "$(id -u)" = 0 ]
}

finish() {
	echo "1..$number"
}
