#!/usr/local/bin/python
import os

words = ["python", "-m", "chat.server"]
if os.environ.get("UID", "991") != str(os.getuid()):
    words = ["gosu", os.environ.get("UID", "991")] + words
os.execvp(words[0], words)
