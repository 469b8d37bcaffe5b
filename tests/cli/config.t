#!/bin/bash
# oakum.yaml: where it is found, what it decides, and what is said of a bad one.
. "$(dirname "$0")/lib.sh"

file Dockerfile 'FROM debian:12' 'USER root'
file oakum.yaml 'audit:' '  severity:' '    user-root: low'
run audit
exits 0 'a finding is worth what the configuration says'
says 'low +user-root' 'and is shown so'
run audit --no-config
exits 1 '--no-config reads none'
mv oakum.yaml other.yaml
run audit
exits 1 'without oakum.yaml there is none'
run audit --config other.yaml
exits 0 '--config names one'
run audit --config absent.yaml
exits 3 'which must be there'
run audit --config other.yaml --no-config
exits 2 'both at once make no sense'

# Where it is looked for.
mkdir -p repo/a/b outside/a
: >repo/.git
file repo/oakum.yaml 'audit:' '  ignore: user'
cp Dockerfile repo/a/b
cp Dockerfile outside/a
file oakum.yaml 'audit:' '  fail_on: never'
run audit repo/a/b/Dockerfile
says '^nothing found' 'it is looked for upward from the path'
(cd repo/a && run audit b && grep -q '^nothing found' "$out")
result $? 'also above the folder one is in' "$out" "$err"
mv repo/oakum.yaml outside
run audit repo/a
exits 1 'but not above the repository'
mv outside/oakum.yaml .
run audit outside/a
says '^nothing found' 'and outside of one up to the folder one is in'
file repo/oakum.yaml 'audit:'
run audit repo outside
exits 2 'paths with different ones make no sense together'
complains "'repo' has repo/oakum.yaml and 'outside' has oakum.yaml" 'which is said'
run audit --no-config repo outside
exits 1 'unless none is read'
rm -rf repo outside oakum.yaml other.yaml

file oakum.yaml 'audit:' '  fail_on: never'
run audit
exits 0 'fail_on decides the exit status'
run audit --fail-on high
exits 1 'and --fail-on over it'
file oakum.yaml 'audit:' '  select: user-root' '  ignore: user'
run audit
exits 1 'a name wins over a group'
file oakum.yaml 'audit:' '  ignore: [user-root]'
run audit
says '^nothing found' 'ignore switches a rule off'
run audit --select user
exits 1 'and the command line on again'

# Decisions.
mkdir -p vendor/db
cp Dockerfile vendor/db
file oakum.yaml 'audit:' '  ignores:' '    - rule: user-root' '      path: vendor' \
	'      reason: not ours' '      expires: 9999-12-31'
run audit
exits 1 'what is decided for one folder'
says '^1 high in 1 file, 1 ignored$' 'leaves the others'
says_not 'vendor/db/Dockerfile:2' 'and is not shown'
run audit --format json
json 'JSON says who decided it and why' \
	'[f["ignored"] for f in r["findings"] if f["file"] == "vendor/db/Dockerfile"] == [
		{"reason": "not ours", "by": "oakum.yaml:3"}]'
run audit "$PWD/vendor"
says '^nothing found in 1 file, 1 ignored$' 'however the path is written'
(cd vendor && run audit --config ../oakum.yaml ../vendor/db && grep -q '1 ignored' "$out")
result $? 'and wherever one is' "$out" "$err"

file oakum.yaml 'audit:' '  ignores:' '    - rule: user-root' '      path: vendor/*' \
	'      line: 3' '      reason: another line' '    - rule: user' \
	'      workload: Docker*' '    - rule: user' '      path: vendor' \
	'      expires: 2020-01-01' '      reason: it was so'
run audit
exits 1 'a line that is another one is not meant'
says 'low +ignore-unused +oakum.yaml:3:13' 'and the decision of no use'
says 'low +ignore-without-reason +oakum.yaml:7:13' 'one has no reason'
says 'low +ignore-expired +oakum.yaml:9:13' 'one is past its day'
says ', 1 ignored$' 'a workload is named by a glob'
run audit --format json
fits_schema 'findings of the configuration fit the schema'
run audit Dockerfile
says_not 'ignore-unused' 'what was not looked at may be of use'
rm -r vendor

# How files are built.
file Dockerfile 'FROM debian:12 AS serve' 'ARG WHO' 'USER $WHO' 'FROM debian:12'
file oakum.yaml 'audit:' '  files:' '    - path: Docker*' '      target: serve' \
	'      build_args: {WHO: 1777}'
run audit
says '^Dockerfile:serve: runs as uid 1777' 'stages and arguments come from the file'
run audit --build-arg WHO=0
says '^Dockerfile:serve: runs as root' 'arguments of the command line win'
file oakum.yaml 'audit:' '  files:' '    - path: Dockerfile' '      targets: [serve]' \
	'      build_args: [WHO]'
WHO=10002 run audit
says 'runs as uid 10002' 'an argument without a value takes the environment'"'"'s'

# What is wrong is said with its place, all at once.
bad() { # COMPLAINT LINE...: a configuration of these lines is refused
	local complaint=$1
	shift
	file oakum.yaml "$@"
	run audit
	[ "$status" -eq 2 ] && grep -qF -e "oakum: oakum.yaml:$complaint" "$err" && [ ! -s "$out" ]
	result $? "refused: $complaint" "$err" "$out"
}
bad "1:1: no key 'adit'; did you mean 'audit'?" 'adit:'
bad "2:3: no key 'fail-on'; did you mean 'fail_on'?" 'audit:' '  fail-on: high'
bad "2:12: no severity 'hihg'; did you mean 'high'?" 'audit:' '  fail_on: hihg'
bad "2:11: no rule, group or severity 'user-rot'; did you mean 'user-root'?" \
	'audit:' '  select: user-rot'
bad "2:11: expected the name of a rule, a group or a severity, found a mapping" \
	'audit:' '  select: {user-root: true}'
bad "3:5: no rule 'user'" 'audit:' '  severity:' '    user: high'
bad "3:16: no severity 'never'" 'audit:' '  severity:' '    user-root: never'
bad "3:7: expected a 'rule' that is to be ignored" 'audit:' '  ignores:' '    - reason: x'
bad "4:16: expected a day such as 2027-01-31, found '2027-02-29'" \
	'audit:' '  ignores:' '    - rule: user' '      expires: 2027-02-29'
bad "3:7: expected a 'path' beside 'line'" \
	'audit:' '  ignores:' '    - rule: user' '      line: 3'
bad "4:13: expected the number of a line, from 1, found '0'" \
	'audit:' '  ignores:' '    - rule: user' '      line: 0' '      path: x'
bad "3:13: expected a path below the folder of this file, found '../x'" \
	'audit:' '  files:' '    - path: ../x'
bad "4:20: expected NAME=VALUE, found '=x'" \
	'audit:' '  files:' '    - path: x' '      build_args: [=x]'
bad "3:3: the key 'select' stands on line 2 already" \
	'audit:' '  select: user' '  select: image'
bad "2:11: nothing can begin with this character" 'audit:' '  select: @'
bad "2:1: expected one document" '{}' '--- {}'
bad "1:1: expected a mapping with 'audit' or 'needs', found a list" '- audit'
bad "1:8: expected a list of what workloads need, found a mapping" 'needs: {user: app}'
bad "2:5: no key 'read-only'; did you mean 'read_only'?" 'needs:' '  - read-only: true'
bad "2:16: expected true or false, found 'yes'" 'needs:' '  - read_only: yes'
bad "2:11: expected a user such as 1777:1777, app, or non-root, found 'a b'" \
	'needs:' '  - user: a b'
bad "2:11: expected a user such as 1777:1777, app, or non-root, found ':7'" \
	'needs:' '  - user: ":7"'
bad "2:20: no capability 'SYS_ADMN'; did you mean 'SYS_ADMIN'?" \
	'needs:' '  - capabilities: [SYS_ADMN]'
bad "2:19: expected the name of a capability such as NET_BIND_SERVICE, found 'ALL'" \
	'needs:' '  - capabilities: ALL'
bad "2:18: expected a list of capabilities; [] for none, found nothing" \
	'needs:' '  - capabilities:'
bad "3:19: no objective 'noroot'; did you mean 'no-root'?" \
	'needs:' '  - seccomp:' '      objectives: noroot'
bad "3:13: no mode 'refuses'; did you mean 'refuse'?" \
	'needs:' '  - seccomp:' '      mode: refuses' '      objectives: no-root'
bad "3:7: expected 'objectives' or 'deny'" 'needs:' '  - seccomp:' '      mode: audit'
bad "3:13: no arch knows a call 'setrouid'" 'needs:' '  - seccomp:' '      deny: "setrouid: arg0 == 0"'
bad "2:5: expected what it needs: user" 'needs:' '  - workload: api'
bad "2:11: expected a path below the folder of this file, found '/etc'" \
	'needs:' '  - path: /etc' '    read_only: true'
file oakum.yaml 'audit:' '  select: x-1' '  fail_on: x-2' 'more:'
run audit
claim 'all faults are said' test "$(grep -c '^oakum: oakum.yaml:' "$err")" -eq 3

file oakum.yaml '# nothing yet'
run audit
exits 1 'an empty file decides nothing'
file oakum.yaml 'x-mine: {a: 1}' 'audit:' '  x-note: b'
run audit
exits 1 'keys that begin with x- are free'

# What the document shows is what the schema describes and the program takes.
check="$SOURCE/tests/cli/config_schema.py" schema="$SOURCE/doc/oakum.schema.json"
mkdir shown
"$PYTHON" "$check" --blocks "$SOURCE/doc/configuration.md" shown
code=$?
if [ $code -eq 77 ]; then
	skip 'the examples of the document fit the schema' 'python3-jsonschema or -yaml is missing'
else
	claim 'the examples of the document fit the schema' "$PYTHON" "$check" "$schema" shown/*
	for shown in shown/*; do
		run audit --config "$shown"
		[ "$status" -lt 2 ]
		result $? "and the program takes $shown" "$err"
	done
	file bad.yaml 'audit:' '  fail-on: high'
	claim 'the schema refuses what the program refuses' \
		sh -c "! '$PYTHON' '$check' '$schema' bad.yaml"
	for wrong in 'read-only: true' 'read_only: yes-sir' 'user: a b' 'capabilities: ALL' \
		'seccomp: {objectives: noroot}' 'seccomp: {mode: audit}' 'workload: api'; do
		file bad.yaml 'needs:' "  - $wrong"
		claim "and so with needs: $wrong" \
			sh -c "! '$PYTHON' '$check' '$schema' bad.yaml"
	done
fi
finish
