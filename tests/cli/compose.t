#!/bin/bash
# Several inputs of one run: what covers what, and in which order they stand.
. "$(dirname "$0")/lib.sh"

file Dockerfile 'FROM python:3.12-slim' 'USER 1200:1200' 'CMD ["python", "x.py"]'
file other/Dockerfile 'FROM python:3.12-slim' 'CMD ["python", "x.py"]'
file docker-compose.gpu.yml 'services:' '  web:' '    privileged: true' '    user: root'
file docker-compose.yml 'services:' '  web:' '    build: .' '    ports: ["8080:80"]'
file sub/compose.yaml 'services:' '  job:' '    build: ../other'

run audit --format json
json 'compose files stand first, the main ones in front' \
	'[i["path"] for i in r["inputs"]][:3] == ["docker-compose.yml", "docker-compose.gpu.yml", "sub/compose.yaml"]'
json 'what a service builds is audited as its part, and JSON says so' \
	'{i["path"]: i["covered_by"] for i in r["inputs"] if "covered_by" in i} == {"Dockerfile": "docker-compose.yml", "other/Dockerfile": "sub/compose.yaml"}'
json 'its findings name the service, and stand there once' \
	'[f["workloads"] for f in r["findings"] if f["rule"] == "user-missing"] == [["sub/compose.yaml:job"]]'
json 'half a service is judged by what it says' \
	'{f["rule"] for f in r["findings"] if f["file"] == "docker-compose.gpu.yml"} == {"privileged", "user-override-root"}'
fits_schema 'several inputs'

run audit --format json Dockerfile
json 'a Dockerfile that is named alone is audited alone' 'r["inputs"][0]["workloads"][0]["name"] == "Dockerfile"'

run audit --format json -f docker-compose.yml -f docker-compose.gpu.yml
json 'files of -f are one project' \
	'[w["name"] for i in r["inputs"] for w in i["workloads"]] == ["docker-compose.yml:web"]'
json 'and what the later one says hides what the first says' \
	'r["inputs"][0]["workloads"][0]["user"]["verdict"] == "root" and any(f["rule"] == "user-override-root" and f["file"] == "docker-compose.gpu.yml" for f in r["findings"])'
run audit -f docker-compose.yml -f docker-compose.gpu.yml
says 'Note: docker-compose.gpu.yml:4 .user: root. hides Dockerfile:2' 'in words too'

run audit -f absent.yml
exits 3 'a file of -f that is not there'
complains "'absent.yml'.*No such file" 'it is said'

file compose.override.yaml 'services:' '  web:' '    user: "0"'
mv docker-compose.yml compose.yaml
run audit --format json .
json 'the override file is laid over by itself, and covered' \
	'any(i["path"] == "compose.override.yaml" and i["covered_by"] == "compose.yaml" for i in r["inputs"])'
json 'so that what it says holds' \
	'r["inputs"][0]["workloads"][0]["user"]["uid"] == 0'

finish
