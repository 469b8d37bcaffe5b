#!/bin/bash
# oakum why: from a log to the cause and its cure.
. "$(dirname "$0")/lib.sh"

# ---- a log alone
file crash.log 'starting' 'Traceback (most recent call last):' \
	'  File "/app/train.py", line 3, in <module>' \
	'  File "/usr/local/lib/python3.11/site-packages/huggingface_hub/file.py", line 9' \
	"PermissionError: [Errno 13] Permission denied: '/.cache'" \
	'' 'During handling of the above exception, another exception occurred:' '' \
	'Traceback (most recent call last):' '  File "/app/train.py", line 4, in <module>' \
	"PermissionError: [Errno 13] Permission denied: '/app/out'"
run why crash.log
exits 0 'a cause that is found is success'
says 'huggingface_hub wants to open /.cache' 'the library is told by its frame'
says 'HOME is `/`' 'the place is told by the path'
says 'line 5: PermissionError' 'the line is shown with its number'
says 'also line 11: ' 'a later exception of the same traceback is no second cause'
says 'ENV HOME=/home/app' 'and the lines to write'

file other.log 'all is well' 'then an Error happened'
run why other.log
exits 1 'what is not known is not found'
says 'known to oakum' 'and that is said'
says 'line 2: then an Error happened' 'with the line that looks like it'

file gunicorn.log '[1] [ERROR] Retrying in 1 second.' "[1] [ERROR] Can't connect to ('0.0.0.0', 80)"
run why gunicorn.log
says 'gunicorn wants to listen on a port below 1024 \(80\)' 'an error without the word permission'

INPUT=crash.log run why -
exits 0 'standard input is read'
says '^<stdin>' 'under its name'

# ---- held against a file
file Dockerfile 'FROM debian:12' 'WORKDIR /app' 'USER 1777:1777' 'CMD ["python", "train.py"]'
file cwd.log "PermissionError: [Errno 13] Permission denied: 'model.pkl'"
run why cwd.log -f Dockerfile
says 'wants to open /app/model.pkl, and uid 1777 may not' 'a relative path stands in WORKDIR'
says 'Dockerfile says the same: ' 'the model agrees'
says 'Dockerfile, above line 3:' 'the change names its line'
says 'install -d -o 1777 -g 1777 -m 0750 /app' 'and the exact line to write'
file Dockerfile 'FROM debian:12' 'WORKDIR /app' 'RUN chown 1777 /app' 'USER 1777:1777'
run why cwd.log -f Dockerfile
says '^perhaps' 'where the file speaks against it, it is not sure'
says 'speaks against it' 'and why is said'

file compose.yaml 'services:' '  db:' '    image: example/db' '    user: "1200"' \
	'  web:' '    image: example/web' '    user: "1777:1777"' '    volumes:' \
	'      - ./data:/data'
file bind.log 'open /data/x.json: permission denied'
run why bind.log -f compose.yaml --service web
says 'is the$|is the host|host.s data, and on the host' 'a bind mount is the host'"'"'s'
says 'sudo install -d -o 1777 -g 1777 -m 0750 .*data' 'and cured there'
# Who it was is told by the program, and a file that is there is given away itself.
mkdir -p shop && cd shop || exit
file compose.yaml 'services:' '  queue:' '    image: example/queue' '    user: "999"' \
	'  app:' '    image: example/app' '    command: ["python", "features.py"]' \
	'    user: "1777"' '    environment: {HF_HOME: /root/.cache/huggingface}' \
	'    volumes: ["out:/data/out", "./model:/model"]' 'volumes:' '  out:'
file volume.log '  File "/app/features.py", line 30, in main' \
	"PermissionError: [Errno 13] Permission denied: '/data/out/x.parquet'"
run why volume.log -f compose.yaml
says 'held against compose.yaml:app' 'the service is told by the program that the log names'
says '--volume shop_out:/v' 'the volume is called as the engine calls it'
file cache.log '  File "/app/features.py", line 30, in main' \
	"PermissionError: [Errno 13] Permission denied: '/root/.cache'"
run why cache.log -f compose.yaml
says 'HF_HOME: /home/app/.cache/huggingface' 'a variable that leads into the home of root goes along'
mkdir model && : >model/m.joblib && chmod 0600 model/m.joblib
file model.log "PermissionError: [Errno 13] Permission denied: '/model/m.joblib'"
run why model.log -f compose.yaml --service app
if [ "$(id -u)" = 1777 ]; then
	skip 'a file of the host is given away' 'it is our own'
else
	says 'sudo chown 1777:1777 model/m.joblib && sudo chmod 0640 model/m.joblib' \
		'a file of the host that is there is given away'
fi
cd ..

file alike.log 'PermissionError: [Errno 13] Permission denied: /srv/out'
run why alike.log -f compose.yaml
says 'held against compose.yaml:db \(1 more fits as well: --service NAME\)' \
	'that another service fits as well is said'
run why --format json alike.log -f compose.yaml
json 'and counted' 'r["alike"] == 1'
run why alike.log -f compose.yaml --service web
says 'held against compose.yaml:web$|compose.yaml:web[^(]*$' 'with a name nothing is left open'

run why bind.log -f compose.yaml --service nosuch
exits 4 'a service that is not there is said'

# ---- JSON
run why --format json crash.log
exits 0 'the same for programs'
json 'cause, errno, path, line' '[(c["cause"], c["errno"], c["path"], c["line"]["number"]) for c in r["causes"]] == [("access", "EACCES", "/.cache", 5)]'
code=0
"$PYTHON" "$SOURCE/tests/cli/schema.py" "$SOURCE/doc/why.schema.json" "$out" \
	>"$scratch/claim" 2>&1 || code=$?
if [ $code = 77 ]; then
	skip 'they fit the schema' 'python3-jsonschema is not installed'
else
	result $code 'they fit the schema' "$scratch/claim" "$out"
fi

# ---- an engine
file inspect.json '[{"Name": "/web", "Config": {"Image": "web:1", "User": "1777",' \
	'"WorkingDir": "/app", "Env": ["A=b"]}, "State": {"Status": "exited", "ExitCode": 1,' \
	'"OOMKilled": false, "Error": ""}, "HostConfig": {"CapDrop": ["ALL"]},' \
	'"Mounts": [{"Type": "bind", "Source": "/srv/models", "Destination": "/models", "RW": true}]}]'
file engine '#!/bin/sh' 'case $1 in' "inspect) cat $PWD/inspect.json ;;" \
	"logs) echo 'open /models/a.bin: permission denied' >&2 ;;" 'esac'
sed -i 's,^esac,cp) case $3 in */models) cat '"$PWD"'/tar ;; *) exit 1 ;; esac ;;\nesac,' engine
chmod +x engine
mkdir owned && chmod 750 owned && tar --owner=7 --group=8 --format=ustar -cf tar owned
OAKUM_DOCKER=$PWD/engine run why web
says 'In the container /models belongs to 7:8 with mode 750' 'the container is looked into'
exits 0 'a container is asked for through the engine'
says 'web: a container of web:1, ended with 1' 'how it ended is said'
says 'host.s /srv/models, and on the host' 'its mounts are taken into account'
says 'sudo install -d -o 1777 -g 1777 -m 0750 /srv/models' 'its user, too'
file engine '#!/bin/sh' 'echo "Error: No such container: web" >&2' 'exit 1'
OAKUM_DOCKER=$PWD/engine run why web
exits 3 'a container that is not there is a failure'
complains 'No such container' 'in the words of the engine'
file engine '#!/bin/sh' 'echo "{"'
OAKUM_DOCKER=$PWD/engine run why web
exits 3 'nonsense of an engine is a failure'
OAKUM_DOCKER=$PWD/absent run why web
exits 3 'an engine that is not there is a failure'
OAKUM_DOCKER='' PATH="$PWD/empty:/usr/bin/does-not-exist" "$OAKUM" why web >"$out" 2>"$err" && status=0 || status=$?
exits 3 'without an engine on PATH it is a failure'
complains 'neither docker nor podman' 'and that is said'

file engine '#!/bin/sh' ': >asked'
for path in ./nope.log logs/nope.log ../nope.log; do
	OAKUM_DOCKER=$PWD/engine run why "$path"
	exits 3 "$path is no container"
	complains "cannot find '$path': No such file or directory\$" 'so the file is what is missing'
done
claim 'and no engine is asked' test ! -e asked

# ---- usage and hostile bytes
run why
exits 2 'a log has to be named'
run why crash.log --user 7
exits 2 'whom a file is asked about needs a file'
run why a b
exits 2 'one at a time'
printf 'a\033[31mb\033]0;x\007 permission denied: \xff\xfe\n' >odd.log
run why odd.log
claim 'a log cannot steer the terminal' bash -c '! grep -q "$(printf "\033")" "$0"' "$out"
: >empty.log
run why empty.log
exits 1 'an empty log says nothing'

finish
