import os

PAGES = os.getenv("PAGES_DIR", "./pages")
