"""Fit a classifier on the digits and leave it in MODEL_DIR."""

import os
from pathlib import Path

import joblib
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression

data = load_digits()
model = LogisticRegression(max_iter=5000).fit(data.data, data.target)
joblib.dump(model, Path(os.environ["MODEL_DIR"]) / "digits.joblib")
