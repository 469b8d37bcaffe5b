"""Answer with the time."""

import time

from waitress import serve


def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [time.strftime("%H:%M\n").encode()]


serve(app, host="0.0.0.0", port=8080)
