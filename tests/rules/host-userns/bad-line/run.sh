docker run --userns host debian:12 true
docker run --userns=host debian:12 true
