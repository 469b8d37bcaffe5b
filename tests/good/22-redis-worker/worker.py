"""Take numbers from the queue and add them up."""

import os
from pathlib import Path

import redis

password = Path(os.environ["QUEUE_PASSWORD_FILE"]).read_text().strip()
queue = redis.Redis(host=os.environ.get("QUEUE_HOST", "queue"), password=password)

while True:
    _, item = queue.blpop("numbers")
    queue.incrbyfloat("sum", float(item))
