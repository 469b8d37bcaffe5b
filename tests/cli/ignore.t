#!/bin/bash
# What comments ignore, what is left out by --select and --ignore, and what is said of it.
. "$(dirname "$0")/lib.sh"

file Dockerfile 'FROM debian:12' \
	'# oakum ignore=user-root reason=the vendor needs it until=9999-12-31' 'USER root'
run audit
exits 0 'what a comment ignores is no reason to fail'
says '^nothing found in 1 file, 1 ignored$' 'and the summary counts it'
says_not 'user-root' 'and it is not shown'
run audit --no-inline
exits 1 '--no-inline reports it all the same'
says 'high +user-root +Dockerfile:3:6' 'with its place'
says_not 'ignored' 'and nothing is ignored then'
run audit --format json
exits 0 'JSON has the same status'
json 'and shows what is ignored, why and by whom' \
	'[f["ignored"] for f in r["findings"] if f["rule"] == "user-root"] == [
		{"reason": "the vendor needs it", "by": "Dockerfile:2"}]'
fits_schema 'in the form that the schema says'

file Dockerfile 'FROM debian:12' \
	'# oakum ignore=user-root reason=the vendor needs it until=2020-01-01' 'USER root'
run audit
exits 1 'an ignore that is past its day covers nothing'
says 'low +ignore-expired' 'and is said itself'

file Dockerfile 'FROM debian:12' '# hadolint ignore=DL3002' 'USER root'
run audit
exits 0 "another tool's ignore counts"
says_not 'ignore-without-reason' 'and needs no reason'

file Dockerfile 'FROM debian:12' '# oakum ignore=user-root,ignore-without-reason' 'USER root'
run audit
exits 0 'a rule about ignores can be ignored'
says '^nothing found in 1 file, 3 ignored$' 'in the same comment, which names two rules'

rm Dockerfile
file compose.yaml 'services:' '  # oakum ignore=all reason=a test bench' '  bench:' \
	'    image: nginx:1.27' '    privileged: true' '  web:' '    image: nginx:1.27' \
	'    privileged: true'
file run.sh '#!/bin/sh' '# oakum ignore=all reason=a test bench' 'docker run \' \
	'	--privileged nginx:1.27' 'docker run --privileged nginx:1.27'
run audit
exits 1 'a comment above a service means that service'
says '^  critical +privileged +compose.yaml:8:17' 'and not the next one'
says_not 'compose.yaml:[345]:' 'but all of its own'
says '^  critical +privileged +run.sh:5:12' 'likewise a line of a script'
says_not ' run.sh:[34]:[0-9]' 'with the lines that it is continued on'
says 'in 2 files, [0-9]+ ignored' 'what is ignored makes no file of its own'
rm compose.yaml run.sh

file Dockerfile 'FROM debian:12' 'USER root'
run audit --ignore user-root
exits 0 'a rule that is switched off finds nothing'
says_not 'ignored' 'which is no ignored finding'
run audit --ignore user --select user-root
exits 1 'a name wins over its group'
run audit --ignore all
exits 0 'all can be switched off'
run audit --ignore all --select high
exits 1 'and those of a severity on again'
run audit --ignore user-root,user-missing
exits 0 'several may stand in one'
run audit --ignore user-rot
exits 2 'a name that nothing has is wrong'
complains "no rule, group or severity 'user-rot'" 'and said'
run audit --select ''
exits 2 'so is an empty one'

# Off by default: user-not-numeric says more than most want to hear.
off=$("$OAKUM" rules | awk '/ off /{print $1; exit}')
if [ -n "$off" ]; then
	run audit --select "$off"
	cp "$out" "$scratch/selected"
	run audit --enable "$off"
	claim '--enable is another word for --select' cmp "$out" "$scratch/selected"
else
	skip '--enable is another word for --select' 'no rule is off'
fi
finish
