#!/bin/bash
# Profiles made, proved, compared, shown and asked. What they mean to the kernel is the
# business of the room's own tests; here it is what a person sees and a script gets.
. "$(dirname "$0")/lib.sh"

host=$(uname -m)
if [ "$host" != x86_64 ]; then
	echo "1..0 # SKIP numbers and C lines below are those of x86_64"
	exit 0
fi

profile() { # NAME RULE...: a profile that refuses by default
	local name=$1 rules=
	shift
	for rule; do rules="$rules${rules:+,
}$rule"; done
	printf '{"defaultAction": "SCMP_ACT_ERRNO", "architectures": ["SCMP_ARCH_X86_64"],\n"syscalls": [\n%s\n]}\n' \
		"$rules" >"$name"
}

allow() { # CALL [CONDITION]: a rule
	printf '{"names": ["%s"], "action": "SCMP_ACT_ALLOW", "args": [%s]}' "$1" "${2-}"
}

not_zero='{"index": 0, "value": 0, "op": "SCMP_CMP_NE"}, {"index": 1, "value": 0, "op": "SCMP_CMP_NE"}'

# ---- one rule that a person wrote
run seccomp test --format json engine setuid 0
fits_schema 'an answer fits the schema' seccomp
profile setreuid.json "$(allow read)" "$(allow setreuid "$not_zero")"
run seccomp test setreuid.json setreuid 0 1
exits 1 'what the rule was made for is refused'
says '^ERRNO\(EPERM\)  setreuid\(0, 1\) on x86_64' 'and it is said how'
run seccomp test setreuid.json setreuid 0x100000000 1
exits 0 'the same user in 64 bits is not'
says 'the kernel would take it for setreuid\(0, 1\)' 'and what the kernel makes of it'
says 'setreuid.json:4: setreuid ALLOW when arg0 != 0 && arg1 != 0' 'the rule has its line'
run seccomp prove --deny 'setreuid: arg0 == 0 || arg1 == 0' setreuid.json
exits 1 'a rule that compares 64 bits does not hold'
says '^violated  --deny: setreuid\(0x[0-9a-f]+00000000, ' 'with arguments that show it'
says '^    in C +syscall\(113, 0x[0-9a-f]+00000000UL, ' 'a line of C'
says '^    let in by +setreuid.json:4' 'and the rule that let it in'
if command -v cc >/dev/null; then
	run seccomp prove --run engine
	{
		echo '#define _GNU_SOURCE'
		echo '#include <unistd.h>'
		echo '#include <sys/syscall.h>'
		sed -n 's/^    in C  *\(.*\)$/\1/p' "$out" |
			awk '{ print "void f" NR "(void) {", $0, "}" }'
	} >lines.c
	claim 'every line of C can be compiled' cc -w -fsyntax-only lines.c
	claim 'and there are many' test "$(wc -l <lines.c)" -gt 60
	claim 'the kernel agrees to all of them' bash -c '! grep -q DISAGREES "$0"' "$out"
else
	skip 'every line of C can be compiled' 'there is no cc'
fi
run seccomp prove --deny 'setreuid: arg0 == 0 || arg1 == 0' setreuid.json
says '^--deny: does not hold, 2 of ' 'in sum'
run seccomp prove --run --format json --deny 'setreuid: arg0 == 0 || arg1 == 0' setreuid.json
json 'the kernel agrees' \
	'all(f["run"]["done"] and f["run"]["agrees"] for f in r["findings"]) and r["findings"]'
fits_schema 'and fit the schema' seccomp
json 'and JSON says the same' \
	'r["findings"][0]["call"]["name"] == "setreuid" and r["findings"][0]["rule"]["line"] == 4'

low='{"index": 0, "value": 4294967295, "valueTwo": 1777, "op": "SCMP_CMP_MASKED_EQ"}'
profile held.json "$(allow read)" "$(allow setuid "$low")"
run seccomp prove --deny 'setuid: arg0 == 0' held.json
exits 0 'a rule on the bits that count holds'
says '^--deny: holds' 'and that is said'

# ---- objectives
run seccomp prove engine
exits 1 "the engine's default lets a container become root"
says '^no-root: does not hold' 'of no-root'
says '^no-others: does not hold' 'and of no-others'
says 'No filter can see of no-root that' 'with what no filter can see'
run seccomp prove --objective no-rot engine
exits 2 'a misspelt objective'
complains "did you mean 'no-root'" 'has a suggestion'
run seccomp prove --deny 'setruid: arg0 == 0' engine
exits 2 'a misspelt call'
complains "--deny:1:1: .*'setruid'; meant 'setreuid'" 'too, at its place'
file rules.txt '# ours' '' 'personality: arg0 !== 0'
run seccomp prove --objective rules.txt engine
exits 2 'a file of rules'
complains 'rules.txt:3:21: expected a number' 'is faulted at its line'
file rules.txt '# ours' 'getpid'
run seccomp prove --objective rules.txt engine
exits 1 'and used when it is right'
says '^rules.txt: does not hold' 'under its name'

# ---- make
run seccomp make -o oakum.json
exits 0 'a profile is made from nothing'
says '^wrote oakum.json: no-root, no-others; ' 'and it is said what it holds'
says 'together with no-new-privileges' 'and what docker needs beside it'
claim 'it is for everybody to read' test "$(stat -c %a oakum.json)" = 644
claim 'it is JSON' "$PYTHON" -m json.tool oakum.json /dev/null
for compiler in runc runc-tree oakum; do
	run seccomp prove --compiler "$compiler" oakum.json
	exits 0 "everything holds as $compiler compiles it"
done
run seccomp prove --objective no-root --objective no-others --cap-add SYS_ADMIN oakum.json
exits 0 'whatever the container may do'
run seccomp test oakum.json umask 0
says '^ERRNO\(0\)' 'umask succeeds and changes nothing'
run seccomp test oakum.json umask 027
exits 0 'but to a narrow one it changes'
run seccomp test oakum.json chmod 0 0640
exits 0 'chmod may open a file to the group'
run seccomp test oakum.json chmod 0 0644
exits 1 'and not to others'
run seccomp test oakum.json clone3
says '^ERRNO\(ENOSYS\)' 'clone3 is not there, so that libc goes another way'
run seccomp test --arch i386 oakum.json getpid
exits 1 'programs of 32 bits are not let in'
run seccomp make --arch i386 -o both.json
exits 0 'unless somebody asks for it'
run seccomp test --arch i386 both.json getpid
exits 0 'and then they are'
run seccomp prove both.json
exits 0 'with the same objectives'

run seccomp make --format oci -o oci.json
exits 0 'an OCI block'
run seccomp diff oakum.json oci.json
exits 0 'says the same'
says '^equal' 'for every call'
run seccomp make --format bpf -o filter.bpf
exits 0 'and so the bytes of a filter'
run seccomp prove filter.bpf
exits 0 'which hold, too'
run seccomp show --bpf filter.bpf
says 'ALLOW' 'and can be read'

run seccomp make
exits 0 'without a file it is printed'
claim 'as the file has it' cmp "$out" oakum.json
run seccomp make --deny 'personality: arg0 != 0' --allow 'personality: arg0 == 8'
exits 1 'what contradicts itself is not written'
complains "not written: .*personality\(8\).* asks for it" 'and the call is named'
says_nothing 'nothing is printed then'
run seccomp make --objective no-root --allow 'personality: arg0 == 0x40000' -o more.json
exits 0 'what the base refuses can be asked for'
run seccomp test more.json personality 0x40000
exits 0 'and is permitted then'
run seccomp make --mode audit -o audit.json
exits 0 'an audit'
run seccomp test audit.json chmod 0 0666
says '^LOG' 'notes what it would refuse'
run seccomp test audit.json setuid 0x100000000
says '^LOG' 'in all of its forms'
run seccomp make --mode mask -o mask.json
exits 0 'a mask'
run seccomp test mask.json fchmod 3 0666
says '^NOTIFY' 'asks its supervisor'
run seccomp prove mask.json
exits 1 'who is not there by himself'
run seccomp prove --supervised mask.json
exits 0 'but may be'
for objective in no-root no-others no-new-namespaces no-kernel-surface network-none; do
	for mode in refuse mask audit; do
		run seccomp make --objective $objective --mode $mode -o any.json
		exits 0 "$objective by $mode"
	done
done
for arch in i386 x32 aarch64; do
	run seccomp make --arch $arch --objective no-root --objective no-others \
		--objective no-new-namespaces --objective no-kernel-surface \
		--objective network-none -o any.json
	exits 0 "all objectives on $arch"
done
run seccomp make --base filter.bpf
exits 2 'a compiled filter is no base'
profile wide.json "$(allow chmod)" "$(allow setuid)"
run seccomp make --base wide.json -o narrow.json
exits 0 'a profile of yours is one'
run seccomp diff wide.json narrow.json
exits 1 'what it permitted more is found'
says '^only wide.json permits' 'and said'
says '^  chmod\(' 'call by call'
says_not '^only narrow.json permits' 'the other permits nothing more'
run seccomp diff --format json wide.json narrow.json
fits_schema 'differences fit the schema' seccomp
json 'JSON says it, too' 'r["equal"] is False and {d["permits"] for d in r["differences"]} == {"one"}'

# ---- show, cost
run seccomp show setreuid.json
says '^x86_64$' 'each arch is shown'
says '^ALLOW: 1 call$' 'calls in groups'
says '^    ALLOW when arg0 != 0 && arg1 != 0$' 'conditions as rules'
says '^i386: KILL' 'and what is not let in in one line'
run seccomp show --format json setreuid.json
fits_schema 'what is shown fits the schema' seccomp
json 'JSON has every call' \
	'[c["answers"][0]["answer"] for c in r["filters"][0]["arches"][0]["calls"] if c["name"] == "read"] == ["ALLOW"]'
run seccomp cost oakum.json
says 'median [0-9]+ instructions, worst [0-9]+' 'what calls cost'
run seccomp cost --format json oakum.json
fits_schema 'costs fit the schema' seccomp
json 'read costs nothing, umask something' \
	'{c["name"]: c["remembered"] for c in r["calls"] if c["name"] in ("read", "umask")} == {"read": True, "umask": False}'

# ---- what runs
run seccomp show $$
if [ "$status" = 0 ]; then
	says '^no filter: every call is made$|^filter 1 of ' 'a process is asked for its filters'
else
	skip 'a process is asked for its filters' 'nobody but root may ask'
fi
cp "$out" "$scratch/process"
engine() { # ID: one that runs this test as a container
	file engine '#!/bin/sh' "echo '[{\"Id\": \"$1\", \"State\": {\"Pid\": $$}}]'"
	chmod +x engine
}
engine "$(head -n 1 /proc/$$/cgroup)"
OAKUM_DOCKER=$PWD/engine run seccomp show web
claim 'and so a container' cmp "$out" "$scratch/process"
engine 4f1c0a96be72
OAKUM_DOCKER=$PWD/engine run seccomp show web
exits 3 'a number that is of another process here'
complains "web.*process $$, which .* says it is, is another one here" 'is not taken for it'

# ---- usage
wrong() { # CLAIM REGEX ARGUMENT...
	local claim=$1 regex=$2
	shift 2
	run seccomp "$@"
	exits 2 "$claim"
	complains "$regex" "$claim: it is said why"
}
wrong 'no verb' 'which verb'
wrong 'a misspelt verb' "did you mean 'prove'" proof
wrong 'nothing to prove' 'it takes SUBJECT' prove
wrong 'too much' "'b' is too much" prove a b
wrong 'an option of another verb' "no option '--base'" prove --base a b
wrong 'another format' "'xml' is none of docker\|oci\|bpf" make --format xml
wrong 'an unknown call' "did you mean 'setuid'" test engine setuidd
wrong 'an argument that is no number' "'x' is no number" test engine setuid x
wrong 'an unknown capability' "did you mean 'SYS_ADMIN'" prove --cap-add SYS_ADMN engine
wrong 'an unknown kernel' 'is no version' prove --kernel six engine
wrong 'arches of two machines' 'no machine runs' prove --arch aarch64 --arch i386 engine
for verb in make prove diff show test cost; do
	run seccomp "$verb" --help
	exits 0 "$verb --help"
	says "^usage: oakum seccomp $verb" "$verb --help begins with its usage"
	claim "$verb --help fits 80 columns" test "$(wc -L <"$out")" -le 80
done

finish
