import nltk
import whisper

nltk.download("punkt")
whisper.load_model("base")
