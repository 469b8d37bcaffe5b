#!/bin/sh
docker run -d -v /var/run/docker.sock:/var/run/docker.sock portainer/portainer-ce:2.21
docker run --mount type=bind,source=/run/podman/podman.sock,target=/s debian:12 true
