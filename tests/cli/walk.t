#!/bin/bash
# A folder is searched: by content, in a stable order, without traps.
. "$(dirname "$0")/lib.sh"

root='USER root'
file app/Dockerfile 'FROM debian:12.11-slim' "$root"
file app/deploy/recipe 'FROM debian:12.11-slim' 'RUN apt-get update' "$root"
file app/notes.txt 'From: me' 'To: you' 'Run for it!'
file app/Dockerfile.txt/readme 'nothing to see'
for folder in .git .hg .svn node_modules .venv .tox __pycache__; do
	file "app/$folder/Dockerfile" 'FROM debian:12.11-slim' "$root"
done
file outside/Dockerfile 'FROM debian:12.11-slim' "$root"
ln -s ../outside app/link
ln -s .. app/loop
ln -s nowhere app/dangling
ln -s Dockerfile app/another
mkfifo app/pipe
ln -s pipe app/link-to-pipe

run audit --format json app
exits 1 'a tree with traps in it'
json 'found are Dockerfiles by what they say' \
	'[i["path"] for i in r["inputs"]] == ["app/Dockerfile", "app/another", "app/deploy/recipe"]'
json 'and nothing else is mentioned' 'r["skipped"] == []'
complains_not 'nor complained about'

cd app || exit 99
run audit --format json
json 'without a path it is this folder, and paths do not begin with ./' \
	'[i["path"] for i in r["inputs"]] == ["Dockerfile", "another", "deploy/recipe"]'
cd .. || exit 99

run audit --format json app///
json 'slashes at the end are not doubled' 'r["inputs"][0]["path"] == "app/Dockerfile"'
run audit --format json app/link
json 'a named link to a folder is followed' '[i["path"] for i in r["inputs"]] == ["app/link/Dockerfile"]'
run audit --format json outside app/Dockerfile
json 'paths are looked at in the order in which they are named' \
	'[i["path"] for i in r["inputs"]] == ["outside/Dockerfile", "app/Dockerfile"]'

# Larger than what is searched: left when nothing says that it is one, else said.
mkdir big
head -c 1100000 /dev/zero | tr '\0' '#' >big/data
run audit big
exits 0 'a large file is left'
{ echo; echo 'FROM debian:12.11-slim'; } >>big/data
mv big/data big/Dockerfile
run audit big
exits 4 'a large file that is named like one is not passed over in silence'
says 'big/Dockerfile: not audited: larger than 1 MiB' 'it is said'

# Folders in folders, far deeper than anybody has them, and a path longer than PATH_MAX.
(
	for _ in $(seq 300); do
		mkdir deep-deep-deep-deep && cd deep-deep-deep-deep || exit
	done
	file Dockerfile 'FROM debian:12.11-slim' "$root"
)
run audit deep-deep-deep-deep
exits 4 'folders that are nested too deeply are not passed over in silence'
says 'not audited: ' 'it is said where'

# Root can read everything, so that somebody else has to look.
if is_root && command -v setpriv >/dev/null; then
	chmod 755 "$scratch" && cp "$OAKUM" "$scratch/oakum"
	printf '#!/bin/sh\nexec setpriv --reuid 65534 --regid 65534 --clear-groups %s "$@"\n' \
		"$scratch/oakum" >"$scratch/as-nobody"
	chmod 755 "$scratch/oakum" "$scratch/as-nobody"
	OAKUM=$scratch/as-nobody
fi
if is_root && [ "$OAKUM" != "$scratch/as-nobody" ]; then
	skip 'a folder that cannot be listed is said' 'root can list every folder'
	skip 'a file that cannot be read is said' 'root can read every file'
else
	file shut/in/Dockerfile 'FROM debian:12.11-slim'
	file shut/Dockerfile 'FROM debian:12.11-slim' 'USER 1'
	chmod 0 shut/in shut/Dockerfile
	run audit shut
	exits 4 'a folder that cannot be listed is said'
	says 'shut/Dockerfile: not audited: .*Permission denied' 'a file that cannot be read is said'
	run audit shut/Dockerfile
	exits 3 'a named file that cannot be read'
fi

mkdir recipe
file recipe/docker-compose.yaml 'package:' '  name: docker-compose' 'pipeline:' \
	'  - runs: mkdir -p ${{targets.destdir}}/usr/bin'
run audit recipe
exits 0 'what only has the name of a compose file is left alone'
complains 'among 1 files' 'and nothing else is there'
mkdir old
file old/docker-compose.yml 'web:' '  image: debian:12.11-slim' '  user: "10001:10001"'
run audit old
says 'docker-compose.yml:web' 'the old layout is one'

finish
