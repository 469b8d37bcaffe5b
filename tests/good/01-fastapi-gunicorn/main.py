"""A service that answers only that it is there."""

from fastapi import FastAPI

app = FastAPI()


@app.get("/health")
def health():
    return {"ready": True}
