#!/bin/sh
# One line, and a container for each call: what it needs is the same for all.
request() {
	docker run --rm buildpack-deps:bookworm-curl curl -fs "$@" http://server:8080
}
show() {
	docker run --rm -v "$1:/root/.cache" debian:12 ls "$2"
}
# One call mounts where only root may go, and the other does not.
list() {
	docker run --rm -v "$PWD/c:$1" debian:12 ls
}
request
request --head
show "$PWD/a" /
show "$PWD/b" /tmp
list /root/c
list /srv/c
