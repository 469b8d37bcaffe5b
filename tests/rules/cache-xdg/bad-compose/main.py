import kagglehub

path = kagglehub.model_download('google/gemma')
