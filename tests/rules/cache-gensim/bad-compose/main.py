import gensim.downloader as api

model = api.load('glove-twitter-25')
