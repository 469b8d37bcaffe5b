"""Fit a random forest on iris petals and save it where the predictor looks.

Petal length and width in centimetres go in; out comes a number from 0 to 2,
the mean over the trees of the species (0 setosa, 1 versicolor, 2 virginica):
1.9 reads "almost surely virginica".
"""

import os
import time
from pathlib import Path

import joblib
import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestRegressor
from sklearn.metrics import mean_squared_error
from sklearn.model_selection import GridSearchCV, train_test_split

MODEL_DIR = Path(os.environ.get("MODEL_DIR", "/home/app/model"))
CACHE_DIR = Path(os.environ.get("IRIS_CACHE_DIR", Path.home() / ".cache" / "iris"))
SEED = 7

memory = joblib.Memory(CACHE_DIR, verbose=0)


def petals():
    """Return petal (length, width) rows and the species number of each."""
    iris = load_iris()
    return iris.data[:, 2:4], iris.target.astype(float)


@memory.cache
def best_parameters(x, y):
    """Search a small grid; slow enough that a second run should not repeat it."""
    grid = {"n_estimators": [50, 100, 200], "min_samples_leaf": [1, 2, 4]}
    search = GridSearchCV(RandomForestRegressor(random_state=SEED), grid, cv=5)
    return search.fit(x, y).best_params_


def draw(model, path):
    """Draw what the model answers over the plane of petal sizes."""
    length, width = np.meshgrid(np.linspace(0, 8, 120), np.linspace(0, 3, 60))
    cells = np.column_stack([length.ravel(), width.ravel()])
    figure, axes = plt.subplots(figsize=(6, 3))
    drawn = axes.contourf(length, width, model.predict(cells).reshape(length.shape))
    figure.colorbar(drawn, label="species")
    axes.set(xlabel="petal length (cm)", ylabel="petal width (cm)")
    figure.savefig(path, dpi=120, bbox_inches="tight")
    plt.close(figure)


def save(model, path):
    """Write beside the target and rename: a reader never sees half a model."""
    partial = path.with_suffix(".partial")
    joblib.dump(model, partial)
    partial.replace(path)


def main():
    x, y = petals()
    x_train, x_test, y_train, y_test = train_test_split(
        x, y, test_size=0.2, random_state=SEED, stratify=y
    )
    started = time.perf_counter()
    parameters = best_parameters(x_train, y_train)
    model = RandomForestRegressor(random_state=SEED, **parameters).fit(x_train, y_train)
    error = mean_squared_error(y_test, model.predict(x_test))

    MODEL_DIR.mkdir(parents=True, exist_ok=True)
    save(model, MODEL_DIR / "model.joblib")
    draw(model, MODEL_DIR / "model.png")
    print(f"parameters {parameters}")
    print(f"mean squared error {error:.4f} in {time.perf_counter() - started:.1f} s")
    print(f"saved {MODEL_DIR / 'model.joblib'}")


if __name__ == "__main__":
    main()
