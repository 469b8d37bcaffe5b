#!/bin/bash
# The JSON is what doc/json.md and doc/findings.schema.json say, whatever comes in.
. "$(dirname "$0")/lib.sh"

file Dockerfile 'FROM debian:12.11-slim' 'RUN useradd -u 1001 app' 'USER app' 'USER root' \
	'CMD ["sleep", "1"]'
run audit --format json Dockerfile
exits 1 'a bad file'
fits_schema 'its report fits the schema'
json 'it is version 1' 'r["version"] == 1'
json 'the user is root' 'r["inputs"][0]["workloads"][0]["user"]["verdict"] == "root"'
json 'uid and gid are 0' '[r["inputs"][0]["workloads"][0]["user"][k] for k in ("uid", "gid")] == [0, 0]'
json 'user-root stands under the exact bytes' \
	'[(f["line"], f["column"], f["end_column"], f["length"]) for f in r["findings"] if f["rule"] == "user-root"] == [(4, 6, 10, 4)]'
json 'offset and length cut those bytes out of the file' \
	'all(open("Dockerfile").read()[f["offset"]:][:f["length"]] == "root" for f in r["findings"] if f["rule"] == "user-root")'
json 'nothing was skipped' 'r["skipped"] == []'

file good/Dockerfile 'FROM debian:12.11-slim' 'RUN useradd -u 1001 app' 'USER app' 'CMD ["sleep", "1"]'
run audit --format json good
fits_schema 'a good file'
json 'the account is known by name and numbers' \
	'[r["inputs"][0]["workloads"][0]["user"][k] for k in ("verdict", "uid", "name")] == ["user", 1001, "app"]'

file stages/Dockerfile 'FROM debian:12.11-slim AS web' 'USER 1' 'FROM debian:12.11-slim AS job' 'USER 2'
run audit --format json --target web --target job stages/Dockerfile
fits_schema 'two targets'
json 'each is a workload of its own' \
	'[(w["stage"], w["user"]["uid"]) for w in r["inputs"][0]["workloads"]] == [("web", 1), ("job", 2)]'
json 'their names differ' 'len({w["name"] for w in r["inputs"][0]["workloads"]}) == 2'

uid='r["inputs"][0]["workloads"][0]["user"]["uid"]'
file who/Dockerfile 'FROM debian:12.11-slim' 'ENV WHO=4711' 'ARG WHO=4712' 'USER $WHO'
run audit --format json --builder classic who/Dockerfile
json 'in the classic builder ENV wins' "$uid == 4711"
run audit --format json --builder buildkit who/Dockerfile
json 'in BuildKit the later one wins' "$uid == 4712"
run audit --format json --builder buildkit --build-arg WHO=4713 who/Dockerfile
json 'a build argument wins over the default' "$uid == 4713"

file made/make.sh 'useradd -u 4711 app'
file where/Dockerfile 'FROM debian:12.11-slim' 'COPY make.sh /' 'RUN sh /make.sh' 'USER app'
run audit --format json --context made where/Dockerfile
json 'a script is read from the context' "$uid == 4711"
run audit --format json where/Dockerfile
json 'where it is not there, nobody knows' "$uid is None"

file unknown/Dockerfile 'FROM registry.example/nobody/knows' 'CMD ["sleep", "1"]'
run audit --format json unknown
fits_schema 'a base that nobody knows'
json 'the verdict is unknown and says why' \
	'[(u["verdict"], u["uid"], u["certain"], bool(u["why"])) for u in [r["inputs"][0]["workloads"][0]["user"]]] == [("unknown", None, False, True)]'

run audit --format json nowhere notes
fits_schema 'only paths that are not there'
json 'they are listed as skipped' '[s["path"] for s in r["skipped"]] == ["nowhere", "notes"]'

mkdir empty
run audit --format json empty
exits 0 'an empty folder'
fits_schema 'its report fits the schema'

# Names and contents that are no UTF-8, and bytes that JSON must escape.
name=$(printf 'Dockerfile.\377\001"\\\n')
printf 'FROM debian:12.11-slim\nRUN useradd "\377\376\\"\nUSER \302\377\nUSER root\n\000\n' >"$name"
run audit --format json "$name"
fits_schema 'bytes that are no UTF-8'

run audit --format json "$SOURCE/examples"
fits_schema 'the examples'
json 'each of them is an input' 'len(r["inputs"]) >= 2'

run rules --format json
exits 0 'the list of rules'
json 'each has its six keys and no other' \
	'all(set(x) == {"name", "title", "severity", "status", "scope", "inputs"} for x in r) and len(r) > 100'
json 'they are sorted by name' '[x["name"] for x in r] == sorted(x["name"] for x in r)'
run rules --format json --status on
json 'those of one status only' '{x["status"] for x in r} == {"on"}'
run rules --names
says '^user-root$' 'names alone'

finish
