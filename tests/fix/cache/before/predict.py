import transformers

print(transformers.pipeline("sentiment-analysis")("good"))
