from sentence_transformers import SentenceTransformer

SentenceTransformer("a/b").encode("c")
