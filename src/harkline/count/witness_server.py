"""A witness on a socket. Nothing is written down about who asks."""

import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from harkline.count.witness import MOST_BYTES, Answer, Witness

LONGEST = 10.0  # seconds that somebody may take to say something


def listening(witness: Witness, host: str, port: int) -> ThreadingHTTPServer:
    """A server that answers for the witness; ``serve_forever()`` runs it. Raises OSError."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = LONGEST

        def do_POST(self) -> None:
            said = self.headers.get("Content-Length", "")
            if self.path.rstrip("/").rpartition("/")[2] != "add-checkpoint":
                return self._say(HTTPStatus.NOT_FOUND)
            if not said.isdigit() or int(said) > MOST_BYTES:
                self.close_connection = True
                return self._say(HTTPStatus.REQUEST_ENTITY_TOO_LARGE if said.isdigit() else HTTPStatus.LENGTH_REQUIRED)
            return self._answer(witness.add_checkpoint(self.rfile.read(int(said)), int(time.time())))

        def do_GET(self) -> None:
            """Monitors ask ``/SHA-256 of the origin/checkpoint``."""
            parts = self.path.strip("/").split("/")
            found = witness.latest_by_hash(parts[-2]) if len(parts) >= 2 and parts[-1] == "checkpoint" else ""
            self._say(HTTPStatus.OK if found else HTTPStatus.NOT_FOUND, found)

        def _answer(self, answer: Answer) -> None:
            self._say(answer.status, answer.body, answer.kind)

        def _say(self, status: int, body: str = "", kind: str = "text/plain; charset=utf-8") -> None:
            raw = body.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: who asks is nobody's business."""

    return ThreadingHTTPServer((host, port), Handler)
