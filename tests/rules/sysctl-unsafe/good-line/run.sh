docker run --sysctl net.ipv4.ip_unprivileged_port_start=0 debian:12 true
