#!/bin/bash
# The exit status is what scripts go by.
. "$(dirname "$0")/lib.sh"

file good/Dockerfile 'FROM debian:12.11-slim' 'USER 1777:1777' 'CMD ["sleep", "1"]'
file bad/Dockerfile 'FROM debian:12.11-slim' 'USER root' 'CMD ["sleep", "1"]'
file maybe/Dockerfile 'FROM debian:12.11-slim' 'ARG WHO' 'USER $WHO' 'CMD ["sleep", "1"]'
file template/Dockerfile 'FROM {{ base }}' 'RUN echo {{ word }}' '{% if x %}' 'USER root' '{% endif %}'
file text/notes.txt 'Buy milk.' 'Call home.'

run audit good/Dockerfile
exits 0 'nothing at or above high'
run audit bad/Dockerfile
exits 1 'a finding of high'
run audit --fail-on critical bad/Dockerfile
exits 0 'the same, when only critical counts'
run audit --fail-on never bad/Dockerfile
exits 0 'the same, when nothing counts'
run audit --fail-on info bad/Dockerfile
exits 1 'the same, when everything counts'

run audit --format json --fail-on info maybe/Dockerfile
exits 1 'a maybe counts like its severity, and is never 4'
json 'it is a maybe' 'any(f["verdict"] == "maybe" for f in r["findings"])'

run audit nowhere/Dockerfile
exits 3 'a named path that is not there'
complains "nowhere/Dockerfile.*No such file" 'it is named, with the reason'
run audit --images nowhere.tsv good/Dockerfile
exits 3 'a table of images that is not there'
complains 'nowhere.tsv' 'it is named'
run audit --context nowhere good/Dockerfile
exits 3 'a context that is not there'
complains 'nowhere' 'it is named'
file broken.tsv 'this is no table'
run audit --images broken.tsv good/Dockerfile
exits 3 'a table of images that is none'
complains 'broken.tsv:1' 'file and line are named'

run audit text/notes.txt
exits 4 'a named file that is no Dockerfile'
says 'notes.txt: not audited: ' 'it is said'
run audit text
exits 0 'a folder without one'
complains 'no Dockerfile, compose file or run line found' 'it is said that nothing was looked at'
run audit template/Dockerfile
exits 4 'a template'
says 'not audited: .*template' 'it is said'

run audit --target nowhere good/Dockerfile
exits 4 'a target that the file has not'
says "no stage 'nowhere'" 'it is said'

run audit bad template/Dockerfile
exits 4 '4 beats 1'
run audit bad template/Dockerfile nowhere
exits 3 '3 beats 4'
run audit --bogus bad template/Dockerfile nowhere
exits 2 '2 comes first'

if [ -w /dev/full ]; then
	status=0
	"$OAKUM" rules >/dev/full 2>"$err" || status=$?
	exits 3 'a report that cannot be written'
	complains 'cannot write.*No space' 'it is said'
else
	skip 'a report that cannot be written' 'there is no /dev/full'
fi

finish
