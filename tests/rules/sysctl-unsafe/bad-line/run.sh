docker run --sysctl vm.overcommit_memory=1 debian:12 true
