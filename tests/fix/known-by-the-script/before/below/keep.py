import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
name = sys.stdin.readline()
with open(f"log/run-{name}.txt", "w") as log:
    log.write(name)
with open(os.path.join(HERE, "state", name), "w") as out:
    out.write(name)
