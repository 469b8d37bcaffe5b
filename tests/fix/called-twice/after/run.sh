#!/bin/sh
# One line, and a container for each call: what it needs is the same for all.
request() {
	docker run --cap-drop ALL --user 1777:1777 -e HOME=/home/app --tmpfs /home/app:uid=1777,gid=1777,mode=0750 --security-opt no-new-privileges:true --rm buildpack-deps:bookworm-curl curl -fs "$@" http://server:8080
}
show() {
	docker run --cap-drop ALL --user 1777:1777 -e HOME=/home/app --tmpfs /home/app:uid=1777,gid=1777,mode=0750 --security-opt no-new-privileges:true --rm -v "$1:/home/app/.cache" debian:12 ls "$2"
}
# One call mounts where only root may go, and the other does not.
list() {
	docker run --cap-drop ALL --cap-add CHOWN --cap-add DAC_OVERRIDE --cap-add FOWNER --cap-add SETGID --cap-add SETUID --security-opt no-new-privileges:true --rm -v "$PWD/c:$1" debian:12 ls
}
request
request --head
show "$PWD/a" /
show "$PWD/b" /tmp
list /root/c
list /srv/c
