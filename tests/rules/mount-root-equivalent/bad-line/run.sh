docker run -v /:/host --mount type=bind,src=/boot,dst=/boot debian:12 true
