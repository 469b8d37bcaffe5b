import nltk

print(nltk.word_tokenize("a b"))
