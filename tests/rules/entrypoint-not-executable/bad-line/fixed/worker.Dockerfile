FROM debian:12-slim
COPY --chmod=0555 start.sh /app/start.sh
