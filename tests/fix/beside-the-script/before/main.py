import os
from lib import store
BASE = os.path.dirname(os.path.abspath(__file__))
os.makedirs(os.path.join(BASE, "results"), exist_ok=True)
store.keep()
