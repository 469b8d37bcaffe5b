"""Bring a model into the cache of the image."""

import sys

from huggingface_hub import snapshot_download

snapshot_download(sys.argv[1])
