"""Answer POST /predict with what the model in MODEL_DIR says."""

import os
import secrets
from pathlib import Path

import joblib
from fastapi import FastAPI, Header, HTTPException
from pydantic import BaseModel

MODEL = joblib.load(Path(os.environ.get("MODEL_DIR", "/app/model")) / "model.joblib")
API_TOKEN = os.environ.get("API_TOKEN", "")

app = FastAPI()


class Rows(BaseModel):
    rows: list[list[float]]


@app.post("/predict")
def predict(body: Rows, token: str = Header("")):
    if API_TOKEN and not secrets.compare_digest(token, API_TOKEN):
        raise HTTPException(401, "the header 'token' is wrong or missing")
    return {"values": MODEL.predict(body.rows).tolist()}
