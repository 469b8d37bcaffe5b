#!/bin/bash
# oakum fix where files resist, change, or are made to hurt: the original stays intact.
. "$(dirname "$0")/lib.sh"

lines() { # what every Dockerfile of this test says
	printf '%s\n' 'FROM debian:12' 'RUN useradd -u 1500 -s /usr/sbin/nologin app' \
		'USER ap' 'CMD ["sleep", "9"]'
}
again() {
	rm -rf ./* .oakum-*
	lines >Dockerfile
	lines >../before
}
intact() { # CLAIM: it is as it was, and nothing is left beside it
	cmp -s "${2:-Dockerfile}" ../before && [ -z "$(find . -name '.oakum-*')" ]
	result $? "$1" "$err" "$out"
}
as_nobody() { # ARGUMENT...: runs oakum without the rights of root
	status=0
	setpriv --reuid 65534 --regid 65534 --clear-groups timeout 30 "$OAKUM" "$@" \
		>"$out" 2>"$err" </dev/null || status=$?
}

# Files that are not to be written.
again
chmod 444 Dockerfile
run fix --rule user-name-typo --write Dockerfile
exits 3 'a read-only file is refused, also for root'
complains "cannot write 'Dockerfile': it is read-only" 'in one line'
intact 'and is as it was'

again
mv Dockerfile real
ln -s real Dockerfile
run fix --rule user-name-typo --write Dockerfile
exits 3 'a symbolic link is refused'
complains "symbolic link to 'real'" 'which says where it leads'
intact 'what it leads to is as it was' real
claim 'and it is still a link' test -L Dockerfile

again
ln Dockerfile other
run fix --rule user-name-typo --write Dockerfile
complains '2 names' 'a file with two names is refused'
intact 'and is as it was'

again
rm Dockerfile
mkdir Dockerfile
run fix --rule user-name-typo --write Dockerfile
survives 'a folder in place of the file'
file compose.yaml 'services:' '  web:' '    build: .'
run fix --write compose.yaml
survives 'a folder in place of the Dockerfile of a service'
complains_not 'which the plan does without'

if is_root && command -v setpriv >/dev/null && chmod 755 .. . &&
	setpriv --reuid 65534 --regid 65534 --clear-groups test -x "$OAKUM"; then
	again
	chmod 644 Dockerfile
	as_nobody fix --rule user-name-typo --write Dockerfile
	exits 3 "somebody else's file is refused"
	complains 'it is read-only' 'in one line'
	intact 'and is as it was'
	chown 65534 Dockerfile
	as_nobody fix --rule user-name-typo --write Dockerfile
	complains 'its folder cannot be written' 'a folder without room for a new file'
	intact 'leaves it as it was'
else
	skip 'files of others' 'this needs root and setpriv'
fi

# No room.
again
{
	lines
	for i in $(seq 300); do echo "# line $i of a file that is too large for the limit"; done
} >Dockerfile
cp Dockerfile ../before
status=0
(
	ulimit -f 4
	timeout 30 "$OAKUM" fix --rule user-name-typo --write Dockerfile 2>&1 </dev/null
	echo "status $?"
) | cat >"$out"
says '^oakum: .*cannot write .Dockerfile.: File too large' 'a limit on the size is said'
says '^status 3$' 'and it fails'
intact 'the file is as it was'
if is_root && mkdir ../small && mount -t tmpfs -o size=64k tmpfs ../small 2>/dev/null; then
	cp Dockerfile ../small/ && cd ../small || exit 99
	dd if=/dev/zero of=filler bs=4k 2>/dev/null
	run fix --rule user-name-typo --write Dockerfile
	exits 3 'a full disk'
	complains 'No space left' 'is said'
	intact 'the file on it is as it was'
	cd ../here && umount ../small
else
	skip 'a full disk' 'no tmpfs can be mounted here'
fi

# Somebody changes the file while a person thinks.
again
mkfifo ../answers
"$OAKUM" fix --rule user-name-typo --interactive Dockerfile <../answers >"$out" 2>"$err" &
exec 3>../answers
for _ in $(seq 600); do
	grep -q 'Write this' "$out" && break
	sleep 0.05
done
echo '# mine' >>Dockerfile
cp Dockerfile ../before
echo y >&3
exec 3>&-
status=0
wait $! || status=$?
exits 3 'a file that changed meanwhile is refused'
complains 'somebody changed it meanwhile' 'in one line'
intact 'and has what was written into it'
rm ../answers

# Stopped in the middle: the old file or the new one, whole.
again
{
	lines
	for i in $(seq 20000); do echo "# $i"; done
} >Dockerfile
cp Dockerfile ../before
sed 's/^USER ap$/USER app/' Dockerfile >../after
for signal in SIGINT SIGTERM SIGKILL; do
	claim "$signal leaves a whole file" \
		"$PYTHON" "$SOURCE/tests/cli/stop.py" "$OAKUM" "$signal"
done

# What a file looks like beside the edit is kept to the byte.
kept() { # CLAIM: Dockerfile became ../after
	run fix --rule user-name-typo --write Dockerfile
	claim "$1" cmp Dockerfile ../after
}
again
lines | sed 's/$/\r/' >Dockerfile
sed 's/^USER ap\r/USER app\r/' Dockerfile >../after
kept 'line ends of DOS'
printf 'FROM debian:12\nRUN useradd -u 1500 app\nUSER ap' >Dockerfile
printf 'FROM debian:12\nRUN useradd -u 1500 app\nUSER app' >../after
kept 'no line end at the end'
{ printf '\xef\xbb\xbf' && lines; } >Dockerfile
sed 's/^USER ap$/USER app/' Dockerfile >../after
kept 'a mark of the byte order'
printf 'FROM debian:12\nRUN useradd -u 1500 app\n# caf\xe9 \x01\nUSER ap\n' >Dockerfile
printf 'FROM debian:12\nRUN useradd -u 1500 app\n# caf\xe9 \x01\nUSER app\n' >../after
kept 'bytes that are no text'

# Large ones.
again
{
	echo 'FROM debian:12'
	echo 'RUN useradd -u 1500 app'
	for i in $(seq 100000); do echo "# $i"; done
	echo 'USER ap'
} >Dockerfile
sed 's/^USER ap$/USER app/' Dockerfile >../after
bounded fix --rule user-name-typo --write Dockerfile
claim '100,000 lines' cmp Dockerfile ../after
{
	echo 'FROM debian:12'
	echo 'RUN useradd -u 1500 app'
	for i in $(seq 90); do echo "COPY --chown=ap f$i /srv/"; done
	echo 'USER ap'
} >Dockerfile
sed 's/=ap /=app /; s/^USER ap$/USER app/' Dockerfile >../after
bounded fix --rule user-name-typo --write Dockerfile
claim 'edits all over one file' cmp Dockerfile ../after
rm Dockerfile
{
	echo 'services:'
	for i in $(seq 400); do
		printf '  s%d:\n    image: nginx:1.29\n    ports: ["%d:80"]\n' "$i" "$((i + 8000))"
	done
} >compose.yaml
cp compose.yaml ../before
bounded fix --format json compose.yaml
claim 'a plan of more than a thousand parts is made' test "$status" = 1
json 'of more than a thousand' 'len(r["inputs"][0]["parts"]) > 1000'
intact 'and touches nothing' compose.yaml

# Names that would steer a terminal, or a shell.
again
mv Dockerfile $'Dockerfile.\033[31m'
run fix $'Dockerfile.\033[31m'
claim 'a name does not steer the terminal' sh -c "! grep -q $'\033' '$out'"
lines >"Dockerfile.it's; touch hurt"
run fix --rule user-name-typo "Dockerfile.it's; touch hurt"
command=$(sed -n 's/^  \(oakum fix --write .*\)   #.*/\1/p' "$out")
oakum() { "$OAKUM" "$@"; }
eval "$command" >"$out" 2>"$err"
claim 'the command of the plan is quoted' grep -qx 'USER app' "Dockerfile.it's; touch hurt"
claim 'and does nothing else' test ! -e hurt
finish
