"""Answer POST [[petal length, petal width]] with {"value": species}."""

import math
import os
from pathlib import Path

import joblib
from flask import Flask, jsonify, request

MODEL_FILE = Path(os.environ.get("MODEL_DIR", "/home/app/model")) / "model.joblib"

app = Flask(__name__)
loaded = {"model": None, "stamp": None}


def current_model():
    """Return the model, read again when the trainer has replaced it; None without."""
    try:
        stamp = MODEL_FILE.stat().st_mtime_ns
    except FileNotFoundError:
        return None
    if stamp != loaded["stamp"]:
        loaded.update(model=joblib.load(MODEL_FILE), stamp=stamp)
    return loaded["model"]


def is_size(value):
    """Tell whether a JSON value is a finite number (true and false are not)."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return math.isfinite(value)


def is_petal_list(rows):
    """Tell whether the JSON is a non-empty list of pairs of numbers."""
    return (
        isinstance(rows, list)
        and bool(rows)
        and all(isinstance(row, list) and len(row) == 2 for row in rows)
        and all(is_size(value) for row in rows for value in row)
    )


@app.post("/")
def predict():
    rows = request.get_json(silent=True)
    if not is_petal_list(rows):
        return jsonify(error="expected [[petal length, petal width]] in cm"), 400
    model = current_model()
    if model is None:
        return jsonify(error="no model yet: run the trainer first"), 503
    return jsonify(value=round(float(model.predict(rows)[0]), 2))


@app.get("/health")
def health():
    ready = current_model() is not None
    return jsonify(ready=ready), 200 if ready else 503
