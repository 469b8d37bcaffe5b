docker build -t trainer .
docker run -v code:/app trainer
