import json
import os
import sys

import settings
from settings import PAGES


def keep(page):
    with open(os.path.join(PAGES, page["name"]), "w") as out:
        out.write(page["text"])


os.makedirs(settings.PAGES, exist_ok=True)
for page in json.load(sys.stdin):
    keep(page)
