#!/bin/bash
# A reader that goes away, and a person who has had enough.
. "$(dirname "$0")/lib.sh"

"$PYTHON" "$SOURCE/bench/generate.py" many --count 300 --seed 3 >/dev/null || exit 99
# shellcheck disable=SC2094
{ "$OAKUM" audit many 2>"$err"; echo $? >"$scratch/status"; } | head -n 1 >"$out"
claim 'the first line came through' test -s "$out"
complains_not 'a pipe that closes early is no reason to complain'
# With SIGPIPE ignored, as Python's children have it, the write fails instead.
status=$("$PYTHON" -c 'import signal, subprocess, sys
signal.signal(signal.SIGPIPE, signal.SIG_IGN)
p = subprocess.Popen([sys.argv[1], "audit", "many"], stdout=subprocess.PIPE,
                     stderr=subprocess.PIPE, restore_signals=False)
p.stdout.close()
sys.stderr.buffer.write(p.stderr.read())
print(p.wait())' "$OAKUM" 2>"$err")
exits 3 'where that signal is ignored it is a report that could not be written'
complains_not 'and still no reason to complain'

mkfifo never
"$OAKUM" audit never >"$out" 2>"$err" &
waiting=$!
exec 9>never
sleep 0.2
kill -INT "$waiting" 2>/dev/null || kill -TERM "$waiting"
kill -TERM "$waiting" 2>/dev/null
status=0
wait "$waiting" || status=$?
exec 9>&-
claim "a signal ends it at once (got $status)" test "$status" -ge 128
complains_not 'without a word'

finish
