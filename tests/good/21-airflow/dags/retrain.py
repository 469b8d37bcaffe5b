"""Fit the model anew every night."""

from datetime import datetime

from airflow.sdk import dag, task


@dag(schedule="@daily", start_date=datetime(2026, 1, 1), catchup=False)
def retrain():
    @task
    def fit():
        from sklearn.datasets import load_iris
        from sklearn.linear_model import LogisticRegression

        return LogisticRegression(max_iter=500).fit(*load_iris(return_X_y=True)).score(
            *load_iris(return_X_y=True))

    fit()


retrain()
