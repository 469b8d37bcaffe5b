from prefect import flow
