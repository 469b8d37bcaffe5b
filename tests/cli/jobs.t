#!/bin/bash
# The report is the same, byte for byte, however many threads make it.
. "$(dirname "$0")/lib.sh"

"$PYTHON" "$SOURCE/bench/generate.py" many --count 200 --seed 7 >/dev/null || exit 99
for format in text json; do
	run audit --format $format -j 1 many
	first=$status
	cp "$out" "$scratch/first"
	claim "$format: there is a report" test "$(wc -c <"$out")" -gt 10000
	for jobs in 2 3 16; do
		run audit --format $format -j $jobs many
		exits "$first" "$format with $jobs threads ends like one"
		claim "$format with $jobs threads says the same" cmp "$out" "$scratch/first"
	done
	run audit --format $format many
	claim "$format says the same twice" cmp "$out" "$scratch/first"
done
run audit --format json -j 4 many
fits_schema 'a report of many files fits the schema'

finish
