#!/bin/bash
# The text is for people: the answer first, then what, why and what to do.
. "$(dirname "$0")/lib.sh"

file Dockerfile 'FROM debian:12.11-slim' 'RUN useradd -u 1001 app' 'USER app' 'USER root' \
	'CMD ["sleep", "1"]'
run audit Dockerfile
claim 'the first line says who it runs as' test "$(head -n 1 "$out")" = 'Dockerfile: runs as root'
says '^  high  user-root  Dockerfile:4:6$' 'a finding has severity, rule and place'
says '^     4 \| USER root$' 'its line stands below with its number'
says '^       \|      \^\^\^\^$' 'and carets under the bytes'
says '^    What happens: ' 'what will happen'
says '^    What to do: ' 'what to do'
says 'Note: Dockerfile:4 .USER root. hides Dockerfile:3 .USER app.$' 'what hides what'
says '^[0-9]+ high.* in 1 file$' 'the sum'
says 'oakum explain user-root$' 'and how to go on'
claim 'it fits 80 columns' test "$(wc -L <"$out")" -le 80

file good/Dockerfile 'FROM debian:12.11-slim' 'USER 1777' 'CMD ["sleep", "1"]'
run audit good
says '^good/Dockerfile: runs as uid 1777, gid 0$' 'a bare number comes with group 0'

file best/Dockerfile 'FROM debian:12.11-slim' 'USER 1777:1777' 'CMD ["sleep", "1"]'
run audit best
says '^best/Dockerfile: runs as uid 1777, gid 1777$' 'what is good is said too'
run audit --quiet best
says_nothing 'but not when quiet is asked for'

file drop/Dockerfile 'FROM debian:12.11-slim' 'RUN useradd -u 1001 app' \
	'ENTRYPOINT ["gosu", "app", "sleep", "1"]'
run audit drop
says '^drop/Dockerfile: starts as root, gosu drops to app$' 'an entrypoint that gives root up'

file unknown/Dockerfile 'FROM registry.example/org/base' 'CMD ["sleep", "1"]'
run audit unknown
says '^unknown/Dockerfile: cannot say .*org/base.*--images.*USER' 'an unknown base says how to go on'
exits 0 'and is no failure'

file nobody/Dockerfile 'FROM debian:12.11-slim' 'USER nobody-made-me' 'CMD ["sleep", "1"]'
run audit nobody
says '^nobody/Dockerfile: does not start: ' 'a user that is not there'

file two/Dockerfile 'FROM debian:12.11-slim AS web' 'USER 1' 'FROM debian:12.11-slim AS job' 'USER 2'
run audit two
says 'not looked at: web' 'other stages that one may build are mentioned'

file hostile/Dockerfile 'FROM debian:12.11-slim' "$(printf 'USER \033]0;owned\007root')"
run audit hostile
claim 'nothing in a file reaches the terminal as a command' \
	test "$(tr -d '\040-\176\012\200-\377' <"$out" | wc -c)" -eq 0

file secret/Dockerfile 'FROM debian:12.11-slim' 'RUN useradd app && \' '  echo app:hunter2 | chpasswd' 'USER app'
run audit secret
says 'user-password-set' 'a password in the file is found'
says_not 'hunter2' 'and never printed'
says '3 \| \(not shown: a password stands here\)' 'the report says why its line is missing'
run audit --format json secret
says_not 'hunter2' 'nor in JSON'

file service/compose.yaml 'services:' '  db:' '    image: postgres:17' \
	'    command: postgres --token=hunter2' \
	'    environment: { DB_PASSWORD: hunter2, URL: "amqp://u:hunter2@mq/" }' '    privileged: true'
run audit service
says 'secret-in-environment' 'a secret in a service is found'
says_not 'hunter2' 'and never printed'
says '5 \|  .*DB_PASSWORD: \*\*\*\*\*\*\*, URL: "amqp://u:\*' 'its line is shown without it'
run audit --format json service
says 'secret-in-environment' 'JSON has it'
says_not 'hunter2' 'without the value'

run explain user-root
exits 0 'a page'
claim 'begins with its name' test "$(head -n 1 "$out")" = user-root
says_not '^#|\*\*|```' 'and has no marks left'
for rule in $("$OAKUM" rules --names); do
	"$OAKUM" explain "$rule" >"$out" 2>"$err" && [ -s "$out" ] || echo "$rule"
done >"$scratch/unexplained"
claim 'every rule can be explained' test ! -s "$scratch/unexplained"

for word in uid gid root mode capability cap_drop setuid seccomp mount volume tmpfs nologin; do
	"$OAKUM" explain "$word" >"$out" 2>"$err" && [ "$(wc -l <"$out")" -gt 3 ] || echo "$word"
done >"$scratch/unexplained"
claim 'and every word that one may not know' test ! -s "$scratch/unexplained"

run explain user-gid-root
says '^  - credentials\(7\) \(https://[^()]*\)$' 'a link keeps the brackets of its text'
says 'verdict is yes\.$' 'and the stars of emphasis are gone'
"$OAKUM" rules --status planned --names >"$scratch/planned"
if [ -s "$scratch/planned" ]; then
	run explain "$(head -n 1 "$scratch/planned")"
	says 'This rule is planned' 'a planned one says so'
fi

finish
