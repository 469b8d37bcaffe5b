"""Say of each text in the queue whether it is friendly."""

import json
import math
import os
import re

import redis
from huggingface_hub import hf_hub_download

MODEL = os.environ.get("MODEL", "friends/friendly-words")


def judge(weights, text):
    """The sum of what its words weigh, as a share of 1."""
    weight = sum(weights.get(word, 0) for word in re.findall(r"\w+", text.lower()))
    share = 1 / (1 + math.exp(-weight))
    return {"label": "POSITIVE" if share > 0.5 else "NEGATIVE", "score": share}


def main():
    queue = redis.Redis.from_url(os.environ.get("REDIS_URL", "redis://queue:6379"))
    with open(hf_hub_download(MODEL, "weights.json"), encoding="utf-8") as file:
        weights = json.load(file)
    while True:
        _, item = queue.blpop("texts")
        item = json.loads(item)
        queue.set(f"answer:{item['key']}", json.dumps(judge(weights, item["text"])),
                  ex=3600)


if __name__ == "__main__":
    main()
