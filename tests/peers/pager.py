"""What stands outside the line and is rung by it: a web server to which alarms are posted, and a mailbox."""

import http.server
import json
import threading
from typing import Any

from aiosmtpd.controller import Controller
from tests.ports import HOST, free_port


class Post:
    """A web server outside the line, to which alarms are posted."""

    def __init__(self) -> None:
        self.got: list[dict[str, str]] = []
        got = self.got

        class Taker(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_args: object) -> None:
                """Nothing."""

        self.server = http.server.HTTPServer((HOST, free_port()), Taker)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.server.server_address[1]}/alarm"


class Mailbox:
    """A relay that keeps what it is given: the recipients, and the text."""

    def __init__(self) -> None:
        self.got: list[tuple[str, str]] = []
        self._controller = Controller(self, hostname=HOST, port=free_port())
        self._controller.start()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.got += [(to, envelope.content.decode()) for to in envelope.rcpt_tos]
        return "250 OK"

    @property
    def server(self) -> str:
        return f"{HOST}:{self._controller.port}"

    def close(self) -> None:
        self._controller.stop()
