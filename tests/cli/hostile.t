#!/bin/bash
# Hostile input is normal input: an answer in bounded time and memory, never a crash.
. "$(dirname "$0")/lib.sh"

{ printf 'FROM debian:12.11-slim\nRUN '; head -c 100000000 /dev/zero | tr '\0' 'a'; } >long
bounded audit long
exits 4 'a file of 100 MB in one line'
complains 'long.*File too large' 'it is said'
{ printf 'FROM debian:12.11-slim\nUSER root\nRUN '; head -c 10000000 /dev/zero | tr '\0' 'a'; } >wide
bounded audit --format json wide
survives 'a line of 10 MB'
claim 'the report does not hold it' test "$(wc -c <"$out")" -lt 100000
bounded audit wide
claim 'nor does the text' test "$(wc -c <"$out")" -lt 100000
rm -f long wide

{ for i in $(seq 10000); do echo "FROM debian:12.11-slim AS stage$i"; echo 'USER root'; done; } >stages
bounded audit stages
survives '10,000 stages'
{ echo 'FROM debian:12.11-slim AS s0'; for i in $(seq 10000); do echo "FROM s$((i - 1)) AS s$i"; done; } >chain
bounded audit chain
survives '10,000 stages in a chain'
{ echo 'FROM debian:12.11-slim'; for i in $(seq 20000); do echo "NONSENSE $i"; done; } >nonsense
bounded audit --format json nonsense
survives '20,000 lines that are nothing'
fits_schema 'their report fits the schema'
claim 'and is cut' test "$(wc -c <"$out")" -lt 10000000
{ echo 'FROM debian:12.11-slim'; for i in $(seq 5000); do echo "RUN useradd -u $((i % 7)) user$i"; done; echo USER user4999; } >users
bounded audit users
survives '5,000 users'
{ echo 'FROM debian:12.11-slim'; printf 'ARG A0=x\n'; for i in $(seq 200); do echo "ARG A$i=\$A$((i - 1))\$A$((i - 1))"; done; echo 'USER $A200'; } >doubling
bounded audit doubling
survives 'a variable that doubles 200 times'
{ printf 'FROM debian:12.11-slim\nRUN '; for _ in $(seq 20000); do printf '('; done; echo; } >nested
bounded audit nested
survives '20,000 brackets'
{ printf 'FROM debian:12.11-slim\nRUN '; for _ in $(seq 5000); do printf 'sh -c "'; done; echo; } >shells
bounded audit shells
survives '5,000 shells in shells'
{ printf 'FROM debian:12.11-slim\nUSER ${A:-'; for _ in $(seq 20000); do printf '${A:-'; done; echo; } >braces
bounded audit braces
survives '20,000 substitutions in each other'

printf 'FROM debian\000:12\nUSER ro\000ot\n' >nul
bounded audit --format json nul
survives 'NUL bytes'
fits_schema 'their report fits the schema'
head -c 300000 /dev/urandom >noise
bounded audit noise
exits 4 'noise is no Dockerfile'
bounded audit --as dockerfile --format json noise
survives 'noise, read as one'
fits_schema 'its report fits the schema'
printf '\377\376F\000R\000O\000M\000' >wide16
bounded audit --as dockerfile wide16
survives 'UTF-16'
: >empty
bounded audit --as dockerfile --format json empty
survives 'an empty file'
fits_schema 'its report fits the schema'

# A file that grows under the reader: what is read is one state of it, or it is said.
file growing 'FROM debian:12.11-slim' 'USER 10001'
(while :; do echo 'RUN true'; sleep 0.001; done >>growing) &
writer=$!
worst=0
for _ in $(seq 50); do
	run audit growing
	case $status in 0 | 4) ;; *) worst=$status ;; esac
done
kill "$writer" 2>/dev/null
wait "$writer" 2>/dev/null
claim 'a file that changes while it is read' test "$worst" -eq 0

{ printf 'FROM debian:12.11-slim\nRUN --mount=type=tmpfs'; printf ',a%d=b' $(seq 70); echo ' true'; } >options
run audit options
exits 4 'more options in one flag than are read'
says 'more than 64 options' 'it is said'

finish
