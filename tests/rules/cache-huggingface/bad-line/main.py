from transformers import pipeline

ask = pipeline('text-generation', model='gpt2')
