docker run --rm --mount type=bind,source=./models,target=/models debian:12 true
