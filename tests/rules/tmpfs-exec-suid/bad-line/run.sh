docker run --tmpfs /tmp:size=64m,exec debian:12 true
