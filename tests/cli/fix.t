#!/bin/bash
# oakum fix: what it shows, what it writes, and that it writes nothing unasked.
. "$(dirname "$0")/lib.sh"

plain() { # a Dockerfile with one safe repair
	file Dockerfile 'FROM debian:12' 'RUN useradd -u 1500 -s /usr/sbin/nologin app' \
		'# who owns it' 'COPY --chown=ap fix.txt /srv/' 'USER 1500:1500' 'CMD ["sleep", "9"]'
	file fix.txt 1
	cp Dockerfile ../before
}
untouched() { # CLAIM
	claim "$1" cmp Dockerfile ../before
}

plain
run fix Dockerfile
exits 1 'there is something to write'
says '^1 .*\[safe\]' 'a part says that it is safe'
says '^-COPY --chown=ap ' 'the diff shows the line that goes'
says '^\+COPY --chown=app ' 'and the one that comes'
says '^  oakum fix --write Dockerfile ' 'the command that writes it stands at the end'
says_not 'write --all' 'one that would write no more is not offered'
untouched 'nothing is written unasked'

run fix --format diff Dockerfile
mkdir there && cp Dockerfile there/
claim 'the patch applies' patch -s -d there -p1 -i "$out"
claim 'and is what was meant' grep -q '^COPY --chown=app ' there/Dockerfile
rm -r there

run fix --format json Dockerfile
exits 1 'as JSON too'
fits_schema 'which fits its schema' fix
json 'and says the same' '(r["inputs"][0]["parts"][0]["class"] == "safe" and
	r["inputs"][0]["parts"][0]["rules"] == ["user-name-typo"] and
	r["inputs"][0]["files"] == [{"path": "Dockerfile", "new": False, "written": False}])'
untouched 'JSON writes nothing'

chmod 640 Dockerfile
run fix --write Dockerfile
exits 0 'it is written, nothing is left'
says '^wrote Dockerfile$' 'which file is said'
says '1 finding of medium severity or worse before, 0 now' 'and what that changed'
claim 'the line is right' grep -q '^COPY --chown=app ' Dockerfile
claim 'its comment is there' grep -qx '# who owns it' Dockerfile
claim 'nothing else differs' \
	cmp <(sed 's/=app /=ap /' Dockerfile) ../before
claim 'the mode is what it was' test "$(stat -c %a Dockerfile)" = 640
cp Dockerfile ../once
run fix --write Dockerfile
exits 0 'there is nothing to do any more'
claim 'twice is once' cmp Dockerfile ../once

# What changes the run is written only when all is.
file Dockerfile 'FROM debian:12' 'COPY app.py /app/' 'CMD ["python3", "/app/app.py"]'
file app.py 'print(1)'
cp Dockerfile ../before
run fix Dockerfile
says '\[changes the run\]' 'taking root away changes the run'
says '^  oakum fix --write --all Dockerfile ' 'and is offered with --all'
run fix --write Dockerfile
exits 1 'which --write alone leaves undone'
says 'not done: Run as uid 1777 instead of root \[changes the run\]' 'and says so'
says '1 finding of medium severity or worse before, 1 now' 'and counts nothing as cured'
untouched 'as it was'
run fix --write --all Dockerfile
claim 'with --all it is written' grep -q '^USER 1777' Dockerfile
cp Dockerfile ../once
run fix --write --all Dockerfile
claim 'twice is once here too' cmp Dockerfile ../once
says '^Nothing to write\.$' 'and it is said that there was nothing'
cp ../before Dockerfile
run fix --write --all --uid 4321 Dockerfile
claim 'the number can be chosen' grep -q '^USER 4321' Dockerfile

# A long plan says first what it is about; one reason is written once; what several
# services share and nobody wanted is not left to a person instead.
rm -f Dockerfile app.py
file compose.yaml 'services:' '  a: &a' '    image: debian:12.11-slim' '    command: sleep 1' \
	'    ports: ["8000:8000"]' '  b:' '    <<: *a' '  c:' '    image: debian:12.11-slim' \
	'    command: sleep 1' '  d:' '    image: debian:12.11-slim' '    command: sleep 1'
run fix compose.yaml
says '^  1-3     Let no program gain privileges$' 'the kinds of parts stand above them'
says '^   For the reasons of part 2\.$' 'what was said is not said again'
claim 'a reason stands there once a kind' \
	test "$(grep -c 'cannot take the last process number' "$out")" = 2
run fix --write compose.yaml
says 'not done: Run as uid 1777 instead of root, 3 times \[changes' 'so does what came of it'
says_not 'Left to do by hand' 'a part for several that is not wanted is no work by hand'
rm compose.yaml

# Who has left root and meets a permission error gets a home; what no part cures is said.
cp "$SOURCE/tests/rules/cache-huggingface/bad/Dockerfile" \
	"$SOURCE/tests/rules/cache-huggingface/bad/main.py" .
run fix Dockerfile
says '^\+RUN install -d -o 1777 -g 1777 -m 0750 /home/app$' 'the home is made'
says '^\+ENV HOME=/home/app$' 'and named'
run fix --format json --rule cache-huggingface Dockerfile
json 'it is what cures that rule' \
	'r["inputs"][0]["parts"][0]["rules"] == ["cache-huggingface"]'
run fix --write Dockerfile
exits 0 'it is safe, and all there is'
cp "$SOURCE/tests/rules/runtime-gunicorn/bad/Dockerfile" .
rm -f main.py
run fix Dockerfile
exits 1 'a finding without a cure is no clean end'
says '^1 finding of medium severity or worse stays: oakum has no change for it' 'and is said'
run fix --rule user-root Dockerfile
exits 0 'of other rules nobody asked'
says_not ' stay' 'and nothing is said of them'

# One rule.
plain
run fix --rule user-root Dockerfile
exits 0 'of that rule there is nothing'
says_not '^\+COPY' 'so nothing is shown'
run fix --rule user-name-typo --write Dockerfile
claim 'of this one there is' grep -q '^COPY --chown=app ' Dockerfile

# A person says yes and no.
plain
printf 'w\ny\n' >../answers
INPUT=../answers run fix --interactive Dockerfile
exits 0 'a yes writes'
says 'Cures: *user-name-typo' 'a why explains'
claim 'what was asked for' grep -q '^COPY --chown=app ' Dockerfile
plain
printf 'n\n' >../answers
INPUT=../answers run fix --interactive Dockerfile
exits 1 'a no leaves it undone'
untouched 'a no writes nothing'
printf 'q\n' >../answers
INPUT=../answers run fix --interactive Dockerfile
untouched 'a quit writes nothing'
run fix --interactive Dockerfile
exits 2 'somebody has to answer'
complains 'nobody answers' 'and that is said'
untouched 'no answer writes nothing'

# One Dockerfile that a service builds is planned once, as it runs.
mkdir web && mv Dockerfile fix.txt web/
file compose.yaml 'services:' '  web:' '    build: ./web'
run fix --format json .
json 'one input of the two' '[i["path"] for i in r["inputs"]] == ["compose.yaml"]'
json 'whose plan has the Dockerfile' 'any("+COPY --chown=app" in p["diff"] and "Dockerfile" in p["diff"]
	for p in r["inputs"][0]["parts"])'
run fix --write .
claim 'and writes it' grep -q '^COPY --chown=app ' web/Dockerfile

# Secrets of the lines around are not shown.
file compose.yaml 'services:' '  db:' '    image: postgres:16' '    environment:' \
	'      POSTGRES_PASSWORD: hunter2hunter2' '      LC_ALL: C' '    user: root'
run fix compose.yaml
says_not 'hunter2' 'a secret does not reach the screen'
run fix --format json compose.yaml
says_not 'hunter2' 'nor the JSON'

# Colours only where they are wanted.
cd .. && mkdir -p colors && cd colors || exit 99
plain
run fix --color always Dockerfile
claim 'a diff has colours' grep -q $'\033\\[32m+COPY --chown=app' "$out"
run fix Dockerfile
claim 'but not in a file' sh -c "! grep -q $'\033' '$out'"

# What makes no sense.
run fix --all Dockerfile
exits 2 '--all needs --write'
run fix --write --interactive Dockerfile
exits 2 '--write and --interactive exclude each other'
run fix --uid 0 Dockerfile
complains "'0' is no number from 1" 'root is no user to make'
run fix --rule user-rot Dockerfile
complains "did you mean 'user-root'" 'a rule that is not there'
run fix --write -
exits 2 'standard input cannot be written'
run fix --write --run 'docker run nginx'
exits 2 'nor can a line of the command line'
run fix absent
exits 3 'a file that is not there'
file notes.txt 'nothing of ours'
run fix notes.txt
exits 4 'a file that is no input'
INPUT=Dockerfile run fix -
says '^\+COPY --chown=app ' 'standard input can be planned for'
# What oakum.yaml says of needs is what fix writes.
mkdir needs && cd needs || exit 1
file compose.yaml 'services:' '  api:' '    image: python:3.12' '    user: "1777:1777"' \
	'    cap_drop: [ALL]' '    cap_add:' '      - NET_BIND_SERVICE' '      - SYS_NICE' \
	'  sudo:' '    image: python:3.12' '    user: "1777:1777"' \
	'  db:' '    image: postgres:16'
file oakum.yaml 'needs:' '  - workload: sudo' '    no_new_privileges: false' \
	'  - workload: api' '    capabilities: [NET_BIND_SERVICE]' \
	'  - capabilities: [CHOWN, SETUID, SETGID]'
run fix compose.yaml --format diff
says '^-      - SYS_NICE$' 'a capability that is not needed goes'
says_not '^-      - NET_BIND' 'one that is needed stays'
says '^\+      - SETUID$' 'what is needed is given back'
says_not 'DAC_OVERRIDE' 'and no more than that'
claim 'who needs new privileges may gain them' test "$(grep -c no-new-priv "$out")" -eq 2
run fix compose.yaml --write --all
run audit --ignore all --select grant-exceeds-needs compose.yaml
exits 0 'then nothing exceeds the needs'
cd .. || exit 1

# A seccomp profile is written for those who ask, and only then.
mkdir seccomp && cd seccomp || exit 1
file compose.yaml 'services:' '  api:' '    image: python:3.12' '    user: "1777:1777"' \
	'    command: python main.py' '  lab:' '    image: python:3.12' '    user: "1777:1777"' \
	'    command: jupyter lab' '  db:' '    image: postgres:16'
run fix --write --all compose.yaml
claim 'not unasked' test ! -e seccomp
run fix --seccomp no-root,noothers compose.yaml
exits 2 'an objective has to be one'
complains "no objective 'noothers'; did you mean 'no-others'" 'and is named'
run fix --seccomp no-root,no-others compose.yaml
says 'stop their kernel|what a notebook' 'a notebook is told'
says 'It starts as root' 'so is who starts as root'
says '^\+      - seccomp=./seccomp/oakum.json$' 'one service names the file itself'
run fix --seccomp no-root,no-others --write --all compose.yaml
claim 'the profile lies beside the compose file' test -f seccomp/oakum.json
run seccomp prove seccomp/oakum.json --objective no-root --objective no-others
exits 0 'and is proved'
cp compose.yaml once.yaml
run fix --seccomp no-root,no-others --write --all compose.yaml
claim 'once is enough' cmp compose.yaml once.yaml
rm once.yaml
file oakum.yaml 'needs:' '  - workload: lab' '    seccomp: {objectives: no-root}' \
	'  - workload: api' '    seccomp: {objectives: no-root, mode: mask}'
run fix --seccomp no-others compose.yaml
says '^\+x-|seccomp/oakum-2.json' 'oakum.yaml says more than the option'
file oakum.yaml 'needs:' '  - workload: lab' '    seccomp: {objectives: no-root, mode: mask}'
run fix compose.yaml
says 'a supervisor has to run' 'what no file can start is said'
printf '{}' >seccomp/oakum.json
file oakum.yaml 'needs:' '  - workload: lab' '    seccomp: {objectives: no-root}'
run fix --write --all compose.yaml
claim 'a file of somebody else stays' test "$(cat seccomp/oakum.json)" = '{}'
claim 'and another name is taken' test -f seccomp/oakum-2.json

# Several services share an anchor; where that cannot be, they are not broken.
rm -r seccomp oakum.yaml
file compose.yaml 'services:' '  a: {image: "python:3.12", user: "1777"}' \
	'  b: {image: "python:3.12", user: "1777"}'
run fix --seccomp no-root --format diff compose.yaml
says '^\+x-oakum-seccomp: &oakum-seccomp seccomp=./seccomp/oakum.json$' 'the file is said once'
claim 'and meant twice' test "$(grep -c '^+.*\*oakum-seccomp' "$out")" -eq 2
file compose.yaml 'x-oakum-seccomp: &oakum-seccomp other' 'services:' \
	'  a: {image: "python:3.12", user: "1777"}' '  b: {image: "python:3.12", user: "1777"}'
run fix --seccomp no-root compose.yaml
says 'Write `x-oakum-seccomp` with .* by hand' 'a key that is there already stays'
says_not '^\+.*oakum-seccomp' 'and nobody names it'
file compose.yaml '{"services": {"a": {"image": "python:3.12", "user": "1777"},' \
	'"b": {"image": "python:3.12", "user": "1777"}}}'
run fix --seccomp no-root --format diff --as compose compose.yaml
claim 'JSON has no anchors' test "$(grep -o 'seccomp=./seccomp/oakum.json' "$out" | wc -l)" -eq 2
cd .. || exit 1

finish
