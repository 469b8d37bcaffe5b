FROM debian:12-slim
COPY --chmod=0700 start.sh /app/start.sh
