import sys

with open(sys.stdin.readline(), "w") as out:
    out.write("kept")
