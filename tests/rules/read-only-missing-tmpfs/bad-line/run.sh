docker build -t jobs .
docker run --rm --read-only jobs
