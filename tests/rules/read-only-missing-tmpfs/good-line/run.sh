docker build -t jobs .
docker run --rm --read-only --tmpfs /srv/jobs:uid=1777 --tmpfs /tmp jobs
