#!/bin/bash
# What is no profile, no filter or no process: one clear line, never a crash, never a
# profile half read.
. "$(dirname "$0")/lib.sh"

refused() { # CLAIM REGEX FILE
	bounded seccomp prove "$3"
	exits 3 "$1"
	complains "$2" "$1: one line says why"
	says_nothing "$1: and nothing is proved"
}

bpf() { # FILE INSTRUCTION...: "code jt jf k" each, as the kernel takes them
	"$PYTHON" - "$@" <<-'P'
		import struct, sys
		with open(sys.argv[1], "wb") as f:
		    for insn in sys.argv[2:]:
		        f.write(struct.pack("<HBBI", *(int(n, 0) for n in insn.split())))
	P
}

# ---- profiles
printf '{"defaultAction": "SCMP_ACT_ERRNO",\n "syscalls": [{"names": ["read"' >cut.json
refused 'a truncated profile' 'cut.json:2:' cut.json
file word.json 'defaultAction: SCMP_ACT_ERRNO'
refused 'a profile in YAML' 'word.json:1:1' word.json
file action.json '{"defaultAction": "SCMP_ACT_PERHAPS", "syscalls": []}'
refused 'an action that nobody knows' 'action.json:1:[0-9]+: .*SCMP_ACT_PERHAPS' action.json
file list.json '[]'
refused 'a list' 'list.json:1:1' list.json
: >empty.json
refused 'an empty file' 'empty.json: it is empty' empty.json
mkdir folder
refused 'a folder' "folder" folder
"$PYTHON" -c 'print("[" * 100000)' >nested.json
refused 'a nested bomb' 'nested.json:1:' nested.json
"$PYTHON" -c '
rule = "{\"names\":[\"a\"],\"action\":\"SCMP_ACT_LOG\"}"
print("{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[\n%s]}" % ",\n".join([rule] * 1000000))' >many.json
refused 'a million rules' 'many.json' many.json
"$PYTHON" -c '
rule = "{\"names\":[\"a\"],\"action\":\"SCMP_ACT_LOG\"}"
print("{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[\n%s]}" % ",\n".join([rule] * 100000))' >some.json
refused 'a hundred thousand' 'some.json' some.json

# What is left of many rules under a ban may be much more; none of it is written unproved.
"$PYTHON" -c '
rule = """{"names": ["setresuid"], "action": "SCMP_ACT_ALLOW", "args": [
{"index": 0, "value": %d, "op": "SCMP_CMP_GT"}, {"index": 1, "value": %d, "op": "SCMP_CMP_NE"}]}"""
print("{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"syscalls\": [%s]}" % ",\n".join(
    rule % (n, n * 3) for n in range(2000)))' >ranges.json
bounded seccomp make --base ranges.json --format bpf
claim 'two thousand ranges end in a profile or a line' test "$status" = 0 -o "$status" = 3

# ---- filters
bpf out.bpf '0x20 0 0 64' '0x06 0 0 0x7fff0000'
refused 'a load behind the data' 'out.bpf: ' out.bpf
bpf unaligned.bpf '0x20 0 0 2' '0x06 0 0 0x7fff0000'
refused 'a load between two words' 'unaligned.bpf: ' unaligned.bpf
bpf jump.bpf '0x15 9 9 0' '0x06 0 0 0x7fff0000'
refused 'a jump behind the end' 'jump.bpf: ' jump.bpf
bpf back.bpf '0x05 0 0 0xffffffff' '0x06 0 0 0x7fff0000'
refused 'a jump backwards' 'back.bpf: ' back.bpf
bpf open.bpf '0x20 0 0 0'
refused 'a filter without a return' 'open.bpf: ' open.bpf
"$PYTHON" -c '
import struct, sys
sys.stdout.buffer.write(struct.pack("<HBBI", 0x06, 0, 0, 0x7fff0000) * 4097)' >long.bpf
refused 'one instruction too many' 'long.bpf: ' long.bpf
printf '\0\0\0' >odd.bpf
refused 'three bytes' 'odd.bpf: ' odd.bpf
bpf allow.bpf '0x06 0 0 0x7fff0000'
run seccomp prove --objective no-root allow.bpf
exits 1 'a filter that permits all is read, and does not hold'

# ---- processes and containers
refused 'a process that is not there' '4194303' 4194303
OAKUM_DOCKER=$PWD/absent
export OAKUM_DOCKER
refused 'a container without an engine' "absent" web
refused 'a profile that is not there is no container' "cannot find './nope.json': No such" \
	./nope.json
file engine '#!/bin/sh' 'echo "Error: No such container: web" >&2' 'exit 1'
chmod +x engine
OAKUM_DOCKER=$PWD/engine
refused 'a container that is not there' 'No such container' web
file engine '#!/bin/sh' 'echo "[{\"State\": {\"Pid\": 0}}]"'
refused 'a container that does not run' 'does not run' web
file engine '#!/bin/sh' 'echo "["'
refused 'an engine that says nonsense' 'does not run' web
unset OAKUM_DOCKER

# ---- what libseccomp compiles wrongly: 2.5.4 leaves a load out between these two rules
file misread.json '{"defaultAction": "SCMP_ACT_KILL", "architectures": ["SCMP_ARCH_X86_64"],' \
	'"syscalls": [{"names": ["setpriority"], "action": "SCMP_ACT_ERRNO", "args": [' \
	' {"index": 0, "value": 100, "op": "SCMP_CMP_LT"},' \
	' {"index": 1, "value": 5, "op": "SCMP_CMP_LE"}]},' \
	'{"names": ["setpriority"], "action": "SCMP_ACT_ALLOW", "args": [' \
	' {"index": 0, "value": 50, "op": "SCMP_CMP_GE"},' \
	' {"index": 1, "value": 7, "op": "SCMP_CMP_EQ"}]}]}'
run seccomp show --bpf misread.json
exits 0 'a profile that an engine may miscompile is shown'
claim 'with a warning where it does' bash -c '
	if grep -q "^ *[0-9]*  if A " "$0"; then grep -q "libseccomp miscompiles it" "$1"
	else ! grep -q miscompiles "$1"; fi' "$out" "$err"
run seccomp show --bpf --compiler oakum misread.json
claim 'oakum compiles it as it is meant' bash -c '
	! grep -q "  if A " "$0" && ! grep -q miscompiles "$1"' "$out" "$err"

# ---- names that steer a terminal
name=$(printf 'a\033[31mb.json')
printf '{' >"$name"
bounded seccomp prove "$name"
exits 3 'an odd name'
claim 'does not reach the terminal' bash -c '! grep -q "$(printf "\033")" "$0"' "$err"

# ---- where it cannot be written
mkdir read-only
run seccomp make -o read-only
exits 3 'a folder is not written over'
ln -s absent link.json
run seccomp make -o link.json
exits 3 'nor a link followed'
claim 'nothing is left' test ! -e absent

finish
