docker run debian:12 python app.py
