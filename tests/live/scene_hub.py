"""A hub of models with one file in it, as far as huggingface_hub asks for it."""

import hashlib
import http.server
import json

WEIGHTS = json.dumps({"lovely": 2, "great": 3, "awful": -3}).encode()
COMMIT = hashlib.sha1(WEIGHTS).hexdigest()


class Hub(http.server.BaseHTTPRequestHandler):
    """Answers /USER/MODEL/resolve/REVISION/FILE."""

    def do_HEAD(self):  # pylint: disable=invalid-name
        """What the file is."""
        self.send_response(200 if self.path.endswith("/weights.json") else 404)
        self.send_header("Content-Length", str(len(WEIGHTS)))
        self.send_header("ETag", f'"{hashlib.sha1(WEIGHTS).hexdigest()}"')
        self.send_header("X-Repo-Commit", COMMIT)
        self.end_headers()

    def do_GET(self):  # pylint: disable=invalid-name
        """The file."""
        self.do_HEAD()
        self.wfile.write(WEIGHTS)


http.server.HTTPServer(("127.0.0.1", 9000), Hub).serve_forever()
