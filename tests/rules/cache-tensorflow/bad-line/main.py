import tensorflow_datasets as tfds

data = tfds.load('mnist')
