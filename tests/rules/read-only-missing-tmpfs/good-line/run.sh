docker build -t jobs .
docker run --rm --read-only --tmpfs /srv/jobs:uid=1777 --tmpfs /tmp \
	--tmpfs /run:uid=1777 --tmpfs /var/log/supervisor:uid=1777 jobs
