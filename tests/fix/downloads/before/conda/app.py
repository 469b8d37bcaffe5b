from sentence_transformers import SentenceTransformer

vectors = SentenceTransformer("a/b").encode(open("texts").read().split())
with open("vectors.txt", "w") as out:
    out.write(str(vectors))
