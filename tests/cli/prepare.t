#!/bin/bash
# oakum prepare: what the host needs, said and done. What changes owners takes root, and
# is skipped, saying so, without it.
. "$(dirname "$0")/lib.sh"
unset DOCKER_HOST DOCKER_CONTEXT XDG_RUNTIME_DIR WSL_DISTRO_NAME

# No account of the machine has these numbers, and it keeps its accounts as they are.
uid=61777 other=61778 group=61779
me=$(id -u)

service() { # NAME USER VOLUME...: a service of compose.yaml
	local name=$1 user=$2
	shift 2
	printf '  %s:\n    image: debian:12\n    user: "%s"\n    volumes:\n' "$name" "$user"
	printf '      - %s\n' "$@"
}
project() { # what service prints: compose.yaml
	{ echo 'services:' && cat; } >compose.yaml
}
prepare() { # ARGUMENT...: for an engine whose ids are the host's
	run prepare --engine rootful "$@"
}

mkdir data closed && chmod 755 data && chmod 700 closed
service app "$uid:$uid" ./data:/data ./closed:/closed:ro ./new/models:/models | project
prepare compose.yaml
exits 0 'what is to be done is said'
says '^install -d -o 61777 -g 61777 -m 0750 new/models$' 'what is missing is made for who writes it'
says "^install -d -o $me -g $(id -g) -m 0755 new\$" 'and the folder above it for who has the project'
says '^groupadd --gid 61777 container-61777$' 'the group has a name'
says '^useradd --system --uid 61777 --gid 61777 --no-create-home .*/usr/sbin/nologin container-61777$' \
	'and the user, who cannot log in'
if [ "$me" = 0 ]; then
	says '^chown -h 61777:61777 data && chmod 0750 data$' "root's folder is given to who writes it"
	says '^chown -h 0:61777 closed && chmod 0750 closed$' 'who only reads gets it by the group'
else
	says "^setfacl -m u:61777:rwX,d:u:61777:rwX,d:u:$me:rwX data\$" "somebody's folder stays theirs"
	says "^setfacl -m u:61777:rX,d:u:61777:rX,d:u:$me:rwX closed\$" 'who only reads gets no more'
fi
result "$([ "$(stat -c %a data)" = 755 ] && [ ! -e new ]; echo $?)" 'nothing is changed'

prepare --format json compose.yaml
exits 0 'the same for programs'
json 'the engine is there' 'r["engine"]["kind"] == "rootful"'
json 'with the lines' '[s["line"] for s in r["steps"] if s.get("path") == "new/models"] == [8]'
code=0
"$PYTHON" "$SOURCE/tests/cli/schema.py" "$SOURCE/doc/prepare.schema.json" "$out" \
	>"$scratch/claim" 2>&1 || code=$?
if [ $code = 77 ]; then
	skip 'they fit the schema' 'python3-jsonschema is not installed'
else
	result $code 'they fit the schema' "$scratch/claim" "$out"
fi

prepare --format sh compose.yaml
exits 0 'and as a script'
cp "$out" "$scratch/script"
code=0
sh -n "$scratch/script" || code=$?
result $code 'that the shell can read' "$scratch/script"
says '^getent group 61777 >/dev/null \|\|$' 'and that may run again'

# A name of a file is data, in a comment and in a command.
service app "$uid:$uid" "\"./a\\nid >pwned\\n'b:/data\"" | project
prepare --format sh compose.yaml
cp "$out" "$scratch/script"
env PATH="$scratch/none" /bin/sh "$scratch/script" >/dev/null 2>&1 || true
result "$([ ! -e pwned ]; echo $?)" 'no name of a file is run' "$scratch/script"
service app "$uid:$uid" ./-data:/data | project
prepare compose.yaml
says ' \./-data$' 'a path that looks like an option is none'

# What is never touched.
service app "$uid:$uid" /:/host /etc:/e /var/run/docker.sock:/s /dev/kmsg:/dev/kmsg \
	"$HOME:/home" /var/lib/docker:/d | project
prepare --format json compose.yaml
json 'the system, sockets, devices and homes are only noted' \
	'{s["kind"] for s in r["steps"]} == {"note"} and len(r["steps"]) == 6'
mkdir real && ln -s real link
service app "$uid:$uid" ./link:/data ./link/below:/more | project
prepare --format json compose.yaml
json 'nor is what a link points to' '{s["kind"] for s in r["steps"]} == {"note"}'

# What only has to be read.
mkdir -p src && : >app.conf && chmod 755 src && chmod 644 app.conf
service app "$uid:$uid" ./src:/code ./app.conf:/etc/app.conf .:/work | project
prepare --format json compose.yaml
json 'sources, settings and the project itself stay as they are' 'r["steps"] == []'

# Who runs as root needs nothing, unless it shall be somebody else.
service app 0:0 ./data:/data | project
prepare --format json compose.yaml
json 'root needs nothing' 'r["steps"] == []'
prepare --format json --uid $uid compose.yaml
json 'but whoever comes after root does' \
	'any(s.get("path") == "data" and s["uid"] == 61777 for s in r["steps"])'

# Engines that map ids.
service app "$uid:$uid" ./data:/data | project
run prepare --engine desktop --format json compose.yaml
json 'where an engine shows files as the own ones there is no step' \
	'[s["kind"] for s in r["steps"]] == ["note"]'
printf '{"currentContext": "desktop-linux"}' >"$scratch/config.json"
mkdir -p "$HOME/.docker" && cp "$scratch/config.json" "$HOME/.docker/"
run prepare --format json compose.yaml
json 'which the client knows' 'r["engine"]["kind"] == "desktop"'
rm -r "$HOME/.docker"
DOCKER_HOST=unix:///run/user/7/docker.sock run prepare --format json compose.yaml
json 'a socket of a user is rootless' 'r["engine"]["kind"] == "rootless"'
DOCKER_HOST=ssh://gpu1 run prepare --format json compose.yaml
json 'another machine is not this one' 'r["engine"]["kind"] == "unknown"'

# Shared.
service a "$uid:$group" ./both:/b | project
service b "$other:$group" ./both:/b >>compose.yaml
prepare compose.yaml
says "^install -d -o $uid -g $group -m 2770 both\$" 'two who write share it by their group'
service a "$uid:$uid" ./both:/b | project
service b "$other:$other" ./both:/b:ro >>compose.yaml
prepare compose.yaml
says "^install -d -o $uid -g $uid -m 2750 both\$" 'who only reads gets no more'
says "group_add: ..$uid" 'and is told of the group'

# Mistakes.
prepare --uid 0
exits 2 'a number that makes no sense is refused'
run prepare --engine vm
exits 2 'and an engine that nobody knows'
prepare nowhere.yaml
exits 3 'a path that is not there is said'

# ---- done for real ----

if [ "$me" != 0 ]; then
	prepare --apply compose.yaml
	exits 3 'only root applies'
	complains 'takes root' 'and that is said'
	skip 'the steps are done' 'this is not root'
	finish
	exit
fi

# Numbers that have names already: the machine's accounts stay as they are.
uid=$(id -u nobody) gid=$(id -g nobody) other=$(id -u daemon) common=$(id -g daemon)
owner() { stat -c '%u:%g %a' "$1"; }
is() { # CLAIM WANTED PATH
	local got
	got=$(owner "$3")
	echo "wanted $2, got $got" >"$scratch/claim"
	result "$([ "$got" = "$2" ]; echo $?)" "$1" "$scratch/claim"
}

rm -rf data both && mkdir data && : >data/old && chmod 600 data/old
service app "$uid:$gid" ./data:/data ./deep/er/models:/models | project
prepare --apply compose.yaml
exits 0 'the steps are done'
says '^# Done: [1-9]' 'and that is said'
is 'root'"'"'s folder belongs to who writes it' "$uid:$gid 750" data
is 'what is in it stays' '0:0 600' data/old
is 'what was missing is made' "$uid:$gid 750" deep/er/models
is 'with the folders above it' '0:0 755' deep
prepare --format json compose.yaml
json 'once done there is nothing left but what is in it' \
	'[s["kind"] for s in r["steps"]] == ["note"]'
says 'recursive' 'and how that is done'
ln data/old data/second && mkdir data/in && : >data/in/file && ln -s /etc/passwd data/in/link
was=$(owner /etc/passwd)
prepare --apply --recursive compose.yaml
exits 0 'all below goes the same way when that is said'
is 'what lies deeper too' "$uid:$gid 644" data/in/file
is 'but no file that has another name' '0:0 600' data/old
complains '3 entries' 'which is said'
result "$([ "$(owner /etc/passwd)" = "$was" ]; echo $?)" 'and nothing that a link points to'

# Shared by two.
service a "$uid:$common" ./both:/b | project
service b "$other:$common" ./both:/b >>compose.yaml
prepare --apply compose.yaml
is 'a shared folder has its group and setgid' "$uid:$common 2770" both
prepare --format json compose.yaml
json 'and that is enough' 'r["steps"] == []'

# Somebody else's.
rm -rf theirs && mkdir theirs && chown 61777 theirs && chmod 700 theirs
service app "$uid:$gid" .:/work ./theirs:/t | project
prepare --apply compose.yaml
is 'nobody who works here: it is given away' "$uid:$gid 750" theirs

# A folder that turns into a link between the look and the deed, and back, all the time.
rm -rf swap victim && mkdir -p swap/in victim/in && ln -s victim bait
service app "$uid:$gid" ./swap/in:/data | project
before=$(owner victim/in)
"$PYTHON" - <<'EOF' &
import ctypes
libc, AT_FDCWD, EXCHANGE = ctypes.CDLL(None), -100, 2
while True:
    libc.renameat2(AT_FDCWD, b"swap", AT_FDCWD, b"bait", EXCHANGE)
EOF
swapper=$!
good=0 refused=0
for _ in $(seq 60); do
	prepare --apply compose.yaml
	case $status in
		0) good=$((good + 1)) ;;
		3) refused=$((refused + 1)) ;;
		*) good=-999 ;;
	esac
	for folder in swap bait; do
		[ -L $folder ] || chown 0:0 $folder/in
	done
done
kill "$swapper"
wait "$swapper" 2>/dev/null
echo "$good done, $refused refused, $(owner victim/in)" >"$scratch/claim"
result "$([ "$(owner victim/in)" = "$before" ] && [ $((good + refused)) = 60 ]; echo $?)" \
	'a folder that is swapped for a link gives nothing else away' "$scratch/claim"
finish
