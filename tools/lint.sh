#!/bin/bash
# What can be said about the source without running it. Each step is one TAP line;
# what a failed step had to say stands under it as a comment.
#
# usage: tools/lint.sh [STEP...]    all steps, or those named
#
# LINT_NODES=225000 tools/lint.sh tidy   lets clang's analyzer look as far as it would by
# itself: a quarter of an hour of two cores, so for a release, not for every change.
set -u
cd "$(dirname "$0")/.." || exit 3

jobs=$(nproc)
number=0
failed=0

sources() {
	find src fuzz bench tests/live tests/seccomp tests/unit -name '*.[ch]' 2>/dev/null | sort
}

step_format() {
	sources | xargs clang-format --dry-run -Werror
}

# The other compiler's warnings are other warnings.
step_clang() {
	[ -f build-tidy/build.ninja ] ||
		CC=clang meson setup build-tidy --buildtype debug >/dev/null || return 1
	ninja -C build-tidy --quiet
}

# Reads compile_commands.json, and the tables that the build before it has generated.
# The analyzer follows a function until it has met that many states. Measured on one file
# of ten, two cores: 85 s at clang's own 225,000, 22 s at 40,000.
step_tidy() {
	local nodes=${LINT_NODES:-40000}
	step_clang >/dev/null || { echo "the clang build failed"; return 1; }
	# The errors alone: a step shows only so much, and each has a page of notes.
	find src -name '*.c' | sort |
		xargs -P "$jobs" -n 4 clang-tidy -p build-tidy --quiet \
			--extra-arg={-Xclang,-analyzer-config,-Xclang,max-nodes="$nodes"} \
			2>/dev/null |
		grep -E '(error|warning): '
	[ "${PIPESTATUS[2]}" -eq 0 ]
}

step_analyze() {
	[ -f build-analyze/build.ninja ] || meson setup build-analyze \
		--buildtype debug -Doptimization=1 -Dc_args=-fanalyzer \
		-Dtests=false >/dev/null || return 1
	ninja -C build-analyze --quiet
}

# What packagers build: -O3 looks further along the paths, and warns of more.
step_release() {
	[ -f build-release/build.ninja ] || meson setup build-release \
		--buildtype release -Dtests=false >/dev/null || return 1
	ninja -C build-release --quiet
}

step_layers() {
	python3 tools/rooms.py --check . build-analyze
}

step_rules() {
	python3 tools/rules-check.py
}

step_practices() {
	python3 tools/practices-check.py
}

step_docs() {
	python3 tools/doc_lint.py build-tidy/src/cli/oakum
}

step_man() {
	mandoc -T lint -W warning man/*.[1-8]
}

step_scripts() {
	{
		# The scripts of fixtures are what oakum reads, with their faults.
		find tools tests bench .ci -path tests/rules -prune -o \
			-type f '(' -name '*.sh' -o -name '*.t' ')' -print
		echo .ci/run
	} 2>/dev/null | sort -u | xargs shellcheck -S warning -x &&
		find tools -name '*.py' -print0 |
		xargs -0 -n 1 python3 -c 'import ast, sys; ast.parse(open(sys.argv[1]).read())'
}

# name, the function that does it, what it claims
steps='
format   the formatter would change nothing
analyze  gcc -fanalyzer builds it without a word
release  gcc -O3 builds it without a word
clang    clang builds it without a word
tidy     clang-tidy finds nothing
layers   rooms include, print and keep state only as the house allows
rules    every rule has its page and its fixtures
practices every piece of advice is kept by what is there, or planned
docs     links resolve, and --help and manual pages agree
man      the manual pages are well-formed
scripts  the scripts pass shellcheck
'

run_step() {
	local name=$1 claim=$2 log
	number=$((number + 1))
	if log=$("step_$name" 2>&1); then
		echo "ok $number - $name: $claim"
	else
		echo "not ok $number - $name: $claim"
		printf '%s\n' "$log" | head -200 | sed 's/^/#   /'
		failed=1
	fi
}

while read -r name claim; do
	[ -n "$name" ] || continue
	[ $# -eq 0 ] || case " $* " in *" $name "*) ;; *) continue ;; esac
	run_step "$name" "$claim"
done <<<"$steps"
echo "1..$number"
exit "$failed"
