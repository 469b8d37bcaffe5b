#!/bin/bash
# oakum can: what a user may do at a path, and why.
. "$(dirname "$0")/lib.sh"

file Dockerfile 'FROM debian:12' 'RUN useradd -m -u 1777 app && mkdir -p /data/models && \' \
	'    chown -R app:app /data && chmod 750 /data' 'WORKDIR /app' 'COPY main.py .' \
	'USER app' 'CMD ["python", "main.py"]'
file main.py 'print(1)'
chmod 644 main.py
run can /app /data/models main.py
exits 0 'answers are no failure'
says '^Dockerfile, as app \(uid 1777, gid 1777\)$' 'it says for whom it answers'
says 'write it +no +/app belongs to 0:0 with mode 755, by WORKDIR on line 4' \
	'and which line made it so'
says '^  /app/main.py$' 'a relative path stands below the working directory'
says 'read, write, run +yes +/data/models belongs to 1777:1777' 'what is the user'"'"'s is open'

run can --user 4242 /data
says 'read, write, run +no +/data belongs to 1777:1777 with mode 750' \
	'another user is locked out, and one answer to all is one line'
run can --user root /data /nowhere
says 'write it +yes +root passes every permission bit' 'root passes'
run can --user nobodyhere /data
exits 2 'a user that is not there is refused'
complains 'nobodyhere' 'and named'

run can --format json /app /data/models
exits 0 'the same for programs'
json 'the answers are there' \
	'[p["write"]["can"] for p in r["workloads"][0]["paths"]] == ["no", "yes"]'
json 'with the line' 'r["workloads"][0]["paths"][0]["write"]["line"] == 4'
code=0
"$PYTHON" "$SOURCE/tests/cli/schema.py" "$SOURCE/doc/can.schema.json" "$out" \
	>"$scratch/claim" 2>&1 || code=$?
if [ $code = 77 ]; then
	skip 'they fit the schema' 'python3-jsonschema is not installed'
else
	result $code 'they fit the schema' "$scratch/claim" "$out"
fi

file Dockerfile 'FROM debian:12' 'RUN mkdir /app && ./configure.sh' 'USER 1000'
run can /app
says 'read, write, run +maybe +.*configure.sh on line 2 may have changed it' \
	'what a script that cannot be seen did is a maybe'
file Dockerfile 'FROM debian:12' 'USER 1000' 'WORKDIR /app'
run can /app
says 'write it +maybe .*the classic builder' 'builders differ'
run can --builder classic /app
says 'write it +no ' 'the classic one makes it root'"'"'s'
run can --builder buildkit /app
says 'read, write, run +yes ' 'BuildKit the USER'"'"'s'

file compose.yaml 'services:' '  web:' '    build: .' '    read_only: true' \
	'    user: "1000"' '    tmpfs: /tmp' '    volumes:' '      - ./host:/data:ro'
mkdir host && chmod 777 host
run can -f compose.yaml /tmp /data /app
says 'write it +no +the mount at /data is read-only' 'a mount lies over the image'
says 'write it +no +the container.s root file system is read-only' 'so does read_only'
says 'read, write, run +yes +/tmp belongs to 0:0 with mode 1777' 'a tmpfs is open to all'

install -m 600 /dev/null host/model && install -m 644 /dev/null host/card
run can -f compose.yaml --user 65534 /data/model /data/card /data/absent
says 'read it +no +/data/model belongs to .* with mode 600, by the host on line 8' \
	'what lies below a bind is looked at, too'
says 'read it +yes +/data/card belongs to .* with mode 644' 'and may be open'
says 'read it +no +there is no /data/absent' 'or missing'
ln -s /etc host/link
run can -f compose.yaml /data/link
says 'read it +maybe +/data/link may be there or not' 'a link of the host is not followed'

run can -f compose.yaml
exits 0 'without a path it is an overview'
says '^  working directory +/app: read yes, write no, enter yes +the container.s root' 'of the working directory'
says '^  mount +/data: read yes, write no, enter yes +the mount' 'of the mounts'
says 'install packages +no +apt-get, apk and dnf install for uid 0' 'it says who installs'
says 'listen below 1024 +yes +in a network of its own' 'and who listens'
run can --format json
json 'an overview for programs, too' \
	'len(r["workloads"][0]["paths"]) > 4 and r["workloads"][0]["install"]["can"] == "no"'
json 'an image alone does not say who may listen' \
	'r["workloads"][0]["listen"]["can"] == "maybe"'
run can --run 'docker run --network host -u 1000 debian:12' /etc
says 'listen below 1024 +no +in the host.s network' 'the network of the host is another'
run can --run 'docker run --network host debian:12' /etc
says 'listen below 1024 +yes' 'and open to root'
run can --run 'docker run debian:12' /etc
says 'install packages +yes +root passes' 'root installs'
run can --run 'docker run --read-only debian:12' /etc
says 'install packages +no +the container.s root file system is read-only' \
	'but not into a read-only image'
file two.yaml 'services:' '  web:' '    user: "1777"' '    tmpfs: "/scratch:uid=1777,mode=0700"'
run can -f compose.yaml -f two.yaml --user 4242 /scratch
says 'read, write, run +no +/scratch belongs to 1777:0 with mode 700' 'several files are one project'
file Dockerfile 'FROM debian:12' 'ARG WHO=0' 'RUN install -d -o "$WHO" /app' 'USER 7'
run can --build-arg WHO=7 /app
says 'read, write, run +yes +/app belongs to 7:0' 'arguments of the build count'
run can -f absent /app
exits 3 'a file that is not there is a failure'
file notes.txt 'hello'
run can -f notes.txt /app
exits 4 'what holds no container is said'

# What the same line gave to several is said once; what a service builds is asked as it runs.
rm -f Dockerfile *.yaml notes.txt
file docker/Dockerfile 'FROM acme/base' 'COPY . /app' 'USER 1777:1777'
file compose.yaml 'services:' '  a: &a' '    build: docker' '  b:' '    <<: *a'
run can /etc
says '^compose.yaml:b, as uid 1777, gid 1777$' 'numbers are called by their names'
says '^  the same as compose.yaml:a$' 'one answer for services of one anchor'
says_not '^docker/Dockerfile' 'and none for the Dockerfile alone'
says_not '[?]:[?]' 'what is not known is said in words'
run can /app --user 5
says '^compose.yaml:a, as uid 5, gid not known$' 'a group that only the image knows'
mkdir empty && cd empty || exit 99
run can
exits 4 'a folder without any input'
complains 'name one with -f' 'and what to do'
cd .. || exit 99

# Capabilities: who gives them, who needs them, and what comes next.
file compose.yaml 'services:' '  db:' '    image: postgres:16' '  web:' '    image: python:3.12' \
	'    pid: host' '    cap_add: [SYS_PTRACE]' '  app:' '    image: python:3.12' \
	'    user: "1777"' '  all:' '    image: python:3.12' '    cap_drop: [ALL]' \
	'    cap_add: [CHOWN]' '  lord:' '    image: python:3.12' '    privileged: true'
run can -f compose.yaml
exits 0 'the overview has a line on capabilities'
says '^    capabilities +none by itself; its start as root, .* holds 14$' 'of a start that gives up root'
says '^    capabilities +15 of 41$' 'of root'
says '^    capabilities +none by itself; whoever becomes root in it holds 14$' 'of a user'
says '^    capabilities +41 of 41, for it is privileged$' 'of a privileged one'
run can -f compose.yaml --capabilities
says '^    SYS_PTRACE +critical .*; it shares the processes of the host \(added, line 7; opens `kcmp`' \
	'who gave it, where, and what makes it worse'
says "each is a piece of root's power" 'a capability is called what it is'
says '^    CHOWN +low +give every file to another owner' 'what each lets it do'
says 'its start needs +CHOWN: before it gives up root' 'what the start may need'
says '^ +SETUID: its start gives up root to become `postgres`, with `gosu`$' 'and what it does'
says 'ladder +rung 0 of 2' 'nothing dropped is the ground'
says 'next step +cap_drop: \[ALL\]  cap_add: \[CHOWN, DAC_OVERRIDE, FOWNER, SETGID, SETUID\]$' \
	'a start with needs goes to the top at once'
says 'next step +cap_drop: \[CHOWN, DAC_OVERRIDE, FOWNER\]  and after that cap_drop: \[ALL\]$' \
	'root without needs goes by the middle'
says 'next step +cap_drop: \[ALL\]$' 'who is not root misses none'
says 'next step +try it without CHOWN: nothing in sight needs them$' 'on top it can be less still'
says 'next step +take `privileged` away, then cap_drop: \[ALL\]$' 'privileged comes first'
says_not 'working directory' 'and nothing of paths that nobody asked for'
run can -f compose.yaml --format json
json 'who gives them, for programs' '[[h["by"] for h in w["capabilities"]["held"] if h["name"] == "SYS_PTRACE"] for w in r["workloads"]] == [[], ["added"], [], [], ["privileged"]]'
json 'and the rungs' '[w["capabilities"]["rung"] for w in r["workloads"]] == ["none", "none", "none", "all", "privileged"]'
json 'and the needs of the start' '[n["name"] for n in r["workloads"][0]["capabilities"]["needs"] if n["sure"]] == ["SETGID", "SETUID"]'
fits_schema 'capabilities fit the schema' can
run can --run 'docker run --network host -p 80:80 --cap-drop CHOWN --cap-drop FOWNER --cap-drop dac_override python:3.12' --capabilities
says 'ladder +rung 1 of 2: CHOWN, DAC_OVERRIDE and FOWNER are gone$' 'the middle rung'
says 'next step +--cap-drop ALL$' 'a line gets options'
file Dockerfile 'FROM debian:12' 'EXPOSE 80/tcp' 'CMD ["nginx"]'
file compose.yaml 'services:' '  web:' '    build: .' '    network_mode: host'
run can -f compose.yaml --capabilities
says 'its start needs +NET_BIND_SERVICE: it listens on port 80 in the host.s network, line 2$' \
	'a low port in the host'"'"'s network takes one'

finish
