"""Count to a million with Spark."""

from pyspark.sql import SparkSession

print(SparkSession.builder.getOrCreate().range(1_000_000).count())
