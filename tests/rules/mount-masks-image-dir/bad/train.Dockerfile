FROM debian:12
RUN useradd --uid 1001 app
RUN mkdir -p /home/app/model && chown -R 1001:1001 /home/app/model
WORKDIR /home/app
USER 1001:1001
CMD ["python3", "train.py"]
