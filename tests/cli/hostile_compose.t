#!/bin/bash
# Hostile compose projects and scripts: an answer in bounded time and memory, that says
# what is wrong with them.
. "$(dirname "$0")/lib.sh"

service() { # FILE KEY...: a file with one service, whose keys follow
	local name=$1
	shift
	mkdir -p "$(dirname "$name")"
	{ printf 'services:\n  job:\n    image: debian:12.11-slim\n'; printf '    %s\n' "$@"; } >"$name"
}

# Ten lists of ten of the one before: ten thousand million strings when written out.
{
	echo 'x-0: &l0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]'
	for i in $(seq 9); do
		p=$((i - 1))
		echo "x-$i: &l$i [*l$p, *l$p, *l$p, *l$p, *l$p, *l$p, *l$p, *l$p, *l$p, *l$p]"
	done
	printf 'services:\n  job:\n    image: debian:12.11-slim\n    command: *l9\n'
} >laughs.yaml
bounded audit --as compose laughs.yaml
survives 'a billion laughs'
says 'parse-recovered  laughs.yaml:[0-9]+:' 'it is said where oakum stops to follow'
{
	echo 'x-0: &m0 {a: 1, b: 2}'
	for i in $(seq 40); do echo "x-$i: &m$i {<<: [*m$((i - 1)), *m$((i - 1))], k$i: *m$((i - 1))}"; done
	printf 'services:\n  job:\n    <<: *m40\n    image: debian:12.11-slim\n'
} >merges.yaml
bounded audit --as compose merges.yaml
survives 'merge keys that double forty times'
{
	echo 'x-0: &m0 {image: "debian:12.11-slim"}'
	for i in $(seq 1000); do printf 'x-%d: &m%d\n  <<: *m%d\n' "$i" "$i" $((i - 1)); done
	printf 'services:\n  job:\n    <<: *m1000\n    privileged: true\n'
} >chain.yaml
bounded audit --as compose chain.yaml
survives 'a merge key 1,000 deep'
printf 'services:\n  job: &job\n    image: debian:12.11-slim\n    labels: [*job]\n    <<: *job\n' >self.yaml
bounded audit --as compose self.yaml
survives 'an anchor that holds itself'

mkdir ring
printf 'include: [b.yaml]\nservices:\n  a: {image: "debian:12.11-slim"}\n' >ring/a.yaml
printf 'include: [a.yaml]\nservices:\n  b: {image: "debian:12.11-slim"}\n' >ring/b.yaml
bounded audit --as compose ring/a.yaml
survives 'files that include each other'
says 'config-invalid  ring/[ab].yaml:1:' 'it is said, with the line'
service ring/extends.yaml 'extends: {service: other}'
printf '  other:\n    extends: {service: job}\n' >>ring/extends.yaml
bounded audit --as compose ring/extends.yaml
survives 'services that extend each other'
says 'config-invalid  ring/extends.yaml:[46]:' 'it is said, with the line'
for i in $(seq 300); do
	printf 'include: [%d.yaml, %d.yaml]\nservices:\n  s%d: {image: "debian:12.11-slim"}\n' \
		$((i + 1)) $((i + 1)) "$i" >"ring/$i.yaml"
done
bounded audit --as compose ring/1.yaml
survives 'includes that double 300 deep'

{ echo 'services:'; for i in $(seq 10000); do printf '  s%d:\n    image: debian:12.11-slim\n    privileged: true\n' "$i"; done; } >many.yaml
bounded audit --as compose --format json many.yaml
exits 4 '10,000 services are more than are listed'
fits_schema 'their report fits the schema'
{ echo 'services:'; for i in $(seq 1000); do printf '  s%d:\n    image: debian:12.11-slim\n    user: "%d"\n    volumes: [shared:/data]\n    depends_on: [s%d]\n' "$i" "$i" $((i % 1000 + 1)); done; printf 'volumes:\n  shared:\n'; } >shared.yaml
bounded audit --as compose shared.yaml
survives '1,000 services around one volume, each waiting for the next'
{ echo 'services:'; for i in $(seq 20005); do echo "  s$i: {image: busybox}"; done; } >most.yaml
run audit most.yaml
says 'most.yaml: seen only in part: line 20002: oakum reads 20000 services' 'more services than are read are not passed over in silence'

service env/compose.yaml 'user: "${WHO}"'
{ head -c 100000000 /dev/zero | tr '\0' 'a'; printf '\nWHO=root\n'; } >env/.env
bounded audit env/compose.yaml
survives 'a .env of 100 MB'
says 'cannot be read: read .env/[.]env.' 'it is said'
rm env/.env
{ echo 'A0=xxxxxxxx'; for i in $(seq 60); do echo "A$i=\${A$((i - 1))}\${A$((i - 1))}"; done; echo 'WHO=$A60'; } >env/.env
bounded audit env/compose.yaml
survives 'a .env in which a value doubles 60 times'
{ printf 'services: {job: {image: debian, user: "'; for _ in $(seq 20000); do printf '${A:-'; done; printf '"}}\n'; } >braces.yaml
bounded audit --as compose braces.yaml
survives '20,000 substitutions in each other'
{ printf 'services: {job: {image: debian, command: '; for _ in $(seq 100000); do printf '['; done; } >deep.yaml
bounded audit --as compose deep.yaml
survives '100,000 brackets'
{ printf 'services:\n  job:\n    image: debian\n    labels:\n'; for i in $(seq 5000); do printf '%*sk:\n' $((6 + i % 3000)) ''; done; } >stairs.yaml
bounded audit --as compose stairs.yaml
survives 'a mapping 3,000 deep'
{ printf 'services:\n  job:\n    image: debian\n    ports:\n'; for i in $(seq 50000); do echo "      - \"$((i % 60000 + 1)):80\""; done; } >ports.yaml
bounded audit --as compose --format json ports.yaml
survives '50,000 ports'
service broken.yaml 'ports: ["80:80"' 'privileged: true'
for i in $(seq 3000); do printf '  s%d:\n    image: [\n    privileged: true\n' "$i" >>broken.yaml; done
bounded audit --as compose broken.yaml
survives '3,000 faults, one a service'

head -c 300000 /dev/urandom >noise
bounded audit --as compose --format json noise
survives 'noise, read as a compose file'
fits_schema 'its report fits the schema'
printf 'services:\n  j\000b:\n    image: debian\n    user: "ro\\0ot"\n' >nul.yaml
bounded audit --as compose --format json nul.yaml
survives 'NUL bytes'
fits_schema 'their report fits the schema'
: >empty.yaml
bounded audit --as compose --format json empty.yaml
survives 'an empty file'
mkfifo pipe.env
service pipe/compose.yaml 'env_file: ../pipe.env'
bounded audit pipe/compose.yaml
survives 'an env_file that is a pipe nobody writes to'
service zero/compose.yaml 'env_file: /dev/zero'
bounded audit zero/compose.yaml
survives 'an env_file without an end'

{ printf '#!/bin/sh\ndocker run'; for i in $(seq 100000); do printf ' -e A%d=b' "$i"; done; echo ' debian:12.11-slim'; } >words.sh
bounded audit --as script --format json words.sh
survives 'a run line of 100,000 words'
fits_schema 'its report fits the schema'
{ echo '#!/bin/sh'; for i in $(seq 20000); do echo "docker run --privileged --name c$i debian:12.11-slim"; done; } >lines.sh
bounded audit --as script --format json lines.sh
survives '20,000 run lines'
fits_schema 'their report fits the schema'
{ printf '#!/bin/sh\n'; for _ in $(seq 20000); do printf 'docker run $('; done; echo; } >nested.sh
bounded audit --as script nested.sh
survives '20,000 run lines in each other'
bounded audit --run "docker run $(printf -- '-v /:/h%d ' $(seq 5000)) debian:12.11-slim"
survives 'an argument with 5,000 mounts'
bounded audit --run 'docker run "'
survives 'an argument with an open quote'
bounded audit --run ''
claim 'an empty argument is an answer, too' test "$status" -le 4

finish
