import whisper
from transformers import AutoModel

AutoModel.from_pretrained("bert-base-uncased")
whisper.load_model("base")
