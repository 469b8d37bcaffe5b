docker run --device /dev/sda --device /dev/dri debian:12 true
docker run --device-cgroup-rule 'b 8:* rmw' debian:12 true
