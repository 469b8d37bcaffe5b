"""Fit two classifiers to the digits of scikit-learn and save the better one."""

import argparse
from pathlib import Path

import joblib
import wandb
from sklearn.datasets import load_digits
from sklearn.model_selection import cross_val_score
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier

CANDIDATES = [KNeighborsClassifier(3), GaussianNB()]


def train(folds):
    x, y = load_digits(return_X_y=True)
    scores = {}
    for model in CANDIDATES:
        scores[model] = cross_val_score(model, x, y, cv=folds).mean()
        wandb.log({"model": type(model).__name__, "score": scores[model]})
    return max(scores, key=scores.get).fit(x, y)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=Path, default=Path("/app/models"))
    parser.add_argument("--folds", type=int, default=3)
    options = parser.parse_args()
    wandb.init(project="digits")
    # the scenario `serve` answers with it
    joblib.dump(train(options.folds), options.out / "model.joblib")


if __name__ == "__main__":
    main()
