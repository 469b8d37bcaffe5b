"""Say of each text in the queue whether it is friendly."""

import json
import os

import redis
from transformers import pipeline

MODEL = os.environ.get("MODEL", "distilbert-base-uncased-finetuned-sst-2-english")


def main():
    queue = redis.Redis.from_url(os.environ.get("REDIS_URL", "redis://queue:6379"))
    judge = pipeline("sentiment-analysis", model=MODEL)
    while True:
        _, item = queue.blpop("texts")
        item = json.loads(item)
        answer = judge(item["text"], truncation=True)[0]
        queue.set(f"answer:{item['key']}", json.dumps(answer), ex=3600)


if __name__ == "__main__":
    main()
