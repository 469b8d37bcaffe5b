docker run -d -p 127.0.0.1:11434:11434 ollama/ollama:0.12.3
docker run -d -p 127.0.0.1:27017:27017 mongo:8
