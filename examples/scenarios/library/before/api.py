"""Take texts, put them in the queue, give back what the worker has made of them."""

import json
import os
import uuid

import redis
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

queue = redis.Redis.from_url(os.environ.get("REDIS_URL", "redis://queue:6379"))
app = FastAPI()


class Text(BaseModel):
    text: str


@app.post("/texts")
def put(body: Text):
    key = uuid.uuid4().hex
    queue.rpush("texts", json.dumps({"key": key, "text": body.text}))
    return {"key": key}


@app.get("/texts/{key}")
def get(key: str):
    answer = queue.get(f"answer:{key}")
    if answer is None:
        raise HTTPException(404, "not ready")
    return json.loads(answer)
