import os
import sqlite3

import chromadb

store = chromadb.PersistentClient(path="./vectors")
notes = sqlite3.connect(os.path.join(os.environ.get("DATA", "data"), "notes.db"))
