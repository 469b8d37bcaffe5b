"""Load the baked model and leave a copy in OUTPUT_DIR."""

import os

from transformers import AutoModelForSequenceClassification

model = AutoModelForSequenceClassification.from_pretrained("distilbert-base-uncased")
model.save_pretrained(os.environ["OUTPUT_DIR"])
