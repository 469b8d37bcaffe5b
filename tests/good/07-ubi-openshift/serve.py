"""Answer every request with the names of the stored files."""

from pathlib import Path

from waitress import serve

DATA = Path("/opt/app-root/data")


def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain; charset=utf-8")])
    return ["\n".join(sorted(path.name for path in DATA.iterdir())).encode()]


serve(app, host="0.0.0.0", port=8080)
