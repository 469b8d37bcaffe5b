import os

open(os.path.join(os.environ["OUT"], "model"), "w")
