docker run -d -p 11434:11434 ollama/ollama:0.12.3
docker run -d -p 27017:27017 mongo:8
