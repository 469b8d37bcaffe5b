import os
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
HERE = os.path.split(os.path.realpath(__file__))[0] + os.sep + "cache"
def keep():
    os.makedirs(HERE)
    open(os.path.join(ROOT, "seen.db"), "w")
