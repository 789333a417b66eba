"""A real line for tests and benchmarks: ``harkline init`` and ``harkline serve`` in a folder of its own, on free ports of loopback.

>>> with Line(tmp_path) as line:
...     line.init(languages="en,fa")
...     line.serve()
...     line.mails("Somebody is at the door.")
"""

import base64
import contextlib
import http.client
import json
import os
import re
import shutil
import signal
import smtplib
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Self, TypeVar
from urllib.parse import urlencode

from tests.ports import HOST, free_port, rtp_ports

from harkline.channels.web import puzzle

ROOT = Path(__file__).parents[1]
NUMBER = "+442079460123"
ADDRESS = "help@line.example"
T = TypeVar("T")
READY = 60.0  # seconds that a start may take on a busy machine

# Installations that were made in this process: (languages, further words) → (folder, link, team's private key).
_kept = tempfile.TemporaryDirectory(prefix="harkline-kept-")
_made: dict[tuple[str, ...], tuple[Path, str, str]] = {}


def outside() -> dict[str, str]:
    """The environment without what a test run set for itself; passphrases cost an eighth of their memory, and of their second."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HARKLINE_", "DJANGO_"))}
    return {**kept, "HARKLINE_KDF_MEMORY": "8192"}


def until(what: Callable[[], T], within: float = 40.0, pause: float = 0.1) -> T:
    """Wait until ``what()`` is true and return it. Raises AssertionError when it does not come to be."""
    end = time.monotonic() + within
    while not (found := what()):
        if time.monotonic() > end:
            raise AssertionError(f"not within {within} s: {what}")
        time.sleep(pause)
    return found


class Line:
    """One installation and its server. Leaving the ``with`` block kills whatever still runs."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "line"
        self.log = folder / "serve.log"
        self.web, self.smtp, self.sip = free_port(), free_port(), free_port()
        self.rtp = "{}-{}".format(*rtp_ports())
        self.link = ""
        self.team = ""
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_reason: object) -> None:
        self.kill()
        self.clear()

    # --- the administrator

    def command(self, *words: str, code: int | None = 0, typed: str = "") -> str:
        """Run ``harkline WORDS --data …`` and type ``typed``; returns what it printed."""
        ran = subprocess.run(
            [sys.executable, "-m", "harkline.server.command", *words, "--data", str(self.data)],
            input=typed,
            capture_output=True,
            text=True,
            env=outside(),
            timeout=120,
            check=False,
        )
        assert code is None or ran.returncode == code, ran.stdout + ran.stderr
        return ran.stdout + ran.stderr

    def init(self, *, languages: str = "en", settings: str = "", more: Sequence[str] = ()) -> None:
        """A new installation with an address a channel. The second of a kind in this process is a copy of the first, keys and all:
        making one takes several seconds of processor."""
        kind = (languages, *more)
        if kind in _made:
            folder, self.link, self.team = _made[kind]
            shutil.copytree(folder, self.data)
        else:
            self._found(languages, more)
            if not more:
                folder = Path(tempfile.mkdtemp(prefix="line-", dir=_kept.name)) / "line"
                shutil.copytree(self.data, folder)
                _made[kind] = (folder, self.link, self.team)
        with (self.data / "harkline.toml").open("a") as file:
            # Wound clocks make the line's own trials due, and a test's trunk leads to the telephone that a test listens to.
            quiet = "" if "[watch]" in settings else "\n[watch]\ncanary_minutes = 0\n"
            file.write(f"{quiet}\n{settings}\n")

    def _found(self, languages: str, more: Sequence[str]) -> None:
        printed = self.command("init", "--name", "Open Door", "--languages", languages, *more)
        self.link = next(word for word in printed.split() if "#" in word)
        self.command("address", "add", "phone", NUMBER)
        self.command("address", "add", "email", ADDRESS)
        self.team = self.inside("team_private", link=self.link)

    def staff(self, *names: str, languages: Sequence[str] = ("en",), role: str = "operator") -> list[str]:
        """People on duty; their usernames."""
        added: list[str] = self.inside(
            "add_operators", private=self.team, names=names, languages=list(languages), role=role
        )
        self.inside("sign_on", usernames=added)
        return added

    def inside(self, function: str, **given: Any) -> Any:
        """Run a function of ``tests/inside.py`` on this folder."""
        ran = subprocess.run(
            [sys.executable, "-m", "tests.inside", str(self.data), function],
            cwd=ROOT,
            input=json.dumps(given),
            capture_output=True,
            text=True,
            env=outside(),
            timeout=120,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        return json.loads(ran.stdout)

    # --- the server

    def serve(
        self, *flags: str, wait: bool = True, wrap: Sequence[str] = (), env: Mapping[str, str] | None = None
    ) -> None:
        """Start it and wait until it says that it is ready. ``wrap`` goes before the command."""
        words = ["serve", "--data", str(self.data), "--web", f"{HOST}:{self.web}", "--smtp", f"{HOST}:{self.smtp}"]
        words += ["--sip", f"{HOST}:{self.sip}", "--rtp", self.rtp, *flags]
        before = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*wrap, sys.executable, "-m", "harkline.server.command", *words],
                stdout=log,
                stderr=log,
                env={**outside(), **(env or {})},
                start_new_session=True,
            )
        if wait:
            until(lambda: self._ready(before), READY, 0.05)

    def _ready(self, before: int) -> bool:
        assert self.process
        said = self.log.read_bytes()[before:]
        assert self.process.poll() is None, said.decode()
        return b"ready:" in said

    def stop(self) -> int:
        """SIGTERM, and wait for the end; returns the exit code."""
        assert self.process
        self.process.terminate()
        return self.process.wait(30)

    def kill(self) -> None:
        """SIGKILL to the server alone, as the system would; what it started must see to itself."""
        if self.process is None:
            return
        self.process.kill()
        self.process.wait()

    def clear(self) -> None:
        """Kill whatever the server started and left behind."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except ProcessLookupError:
                return

    # --- what can be seen from outside

    def status(self) -> dict[str, Any]:
        """``harkline status --json``."""
        found: dict[str, Any] = json.loads(self.command("status", "--json"))
        return found

    def rows(self, query: str, *given: object) -> list[tuple[Any, ...]]:
        """Read the database as it is committed now."""
        base = sqlite3.connect(f"file:{self.data / 'harkline.sqlite3'}?mode=ro", uri=True, timeout=20)
        try:
            return base.execute(query, given).fetchall()
        finally:
            base.close()

    def cpu(self) -> float:
        """Seconds of processor that the server's own process has used."""
        assert self.process
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def count(self, table: str, where: str = "1") -> int:
        """How many rows there are."""
        return int(self.rows(f"SELECT count(*) FROM {table} WHERE {where}")[0][0])

    def opened(self) -> list[dict[str, Any]]:
        """Everything that was sealed, opened with the team's key (see ``inside.opened``)."""
        found: list[dict[str, Any]] = self.inside("opened", private=self.team)
        return found

    # --- callers

    def mails(
        self,
        text: str,
        *,
        sender: str = "caller@sender.example",
        to: str = ADDRESS,
        subject: str = "Hello",
        timeout: float = 30,
    ) -> int:
        """Hand in a mail; returns the answer's code: 250 is an acknowledgement."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = sender, to, subject
        message["Message-ID"] = f"<{uuid.uuid4().hex}@sender.example>"
        message.set_content(text)
        with smtplib.SMTP(HOST, self.smtp, timeout=timeout) as client:
            try:
                client.send_message(message)
            except smtplib.SMTPResponseException as refused:
                return refused.smtp_code
            except smtplib.SMTPRecipientsRefused as refused:
                return max(code for code, _text in refused.recipients.values())
        return 250

    def writes(self, text: str, *, language: str = "en") -> str:
        """Write on the page as a browser without script: returns the return code. Raises AssertionError if none is shown."""
        with Browser(self.web) as browser:
            return browser.writes(text, language=language)


class Browser:
    """One connection of a browser that runs no script and keeps no cookie but the session's."""

    def __init__(self, port: int, session: str = "", timeout: float = 30, host: str = "") -> None:
        self.session, self.port, self.csrf = session, port, ""
        self.named = {"Host": host} if host else {}
        self.headers: Mapping[str, str] = {}  # of the last answer
        self._connection = http.client.HTTPConnection(HOST, port, timeout=timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_reason: object) -> None:
        self._connection.close()

    def get(self, path: str) -> tuple[int, str]:
        """Open a page."""
        return self._ask("GET", path, None, {})

    def post(self, path: str, fields: Mapping[str, str]) -> tuple[int, str]:
        """Send a form."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, urlencode(fields).encode(), kind)

    def send_json(self, path: str, told: object) -> tuple[int, str]:
        """Send what a script sends."""
        return self._ask("POST", path, json.dumps(told).encode(), {"Content-Type": "application/json"})

    def send(self, path: str, fields: Mapping[str, str], files: Sequence[tuple[str, str, bytes]]) -> tuple[int, str]:
        """Send a form with files: (field, name, content)."""
        mark = uuid.uuid4().hex
        pieces = [
            f'--{mark}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n'.encode() for n, v in fields.items()
        ]
        for field, name, content in files:
            head = f'--{mark}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
            pieces.append(f"{head}Content-Type: application/octet-stream\r\n\r\n".encode() + content + b"\r\n")
        body = b"".join(pieces) + f"--{mark}--\r\n".encode()
        return self._ask("POST", path, body, {"Content-Type": f"multipart/form-data; boundary={mark}"})

    def console(self) -> str:
        """Open the console, as somebody signed in; whatever is sent from then on comes from that page."""
        status, page = self.get("/console")
        found = re.search(r'data-csrf="([^"]+)"', page)
        assert status == 200, page
        assert found, page
        self.csrf = found[1]
        return page

    def form(self, *, solve: bool = True) -> dict[str, str]:
        """Open the page on which one writes; returns its hidden fields. Without ``solve`` a puzzle is left as it is."""
        status, page = self.get("/write")
        assert status == 200, page
        given = re.search(r'data-puzzle="([^"]+)"', page)
        proof = puzzle.solve(json.loads(base64.b64decode(given[1]))) if given and solve else ""
        return {**hidden(page), "proof": proof}

    def writes(self, text: str, *, language: str = "en", files: Sequence[tuple[str, str, bytes]] = ()) -> str:
        """Open the form, fill it in and send it; returns the return code that is shown."""
        fields = {**self.form(), "text": text, "language": language}
        status, page = self.send("/write", fields, files) if files else self.post("/write", fields)
        assert status == 200, page
        return return_code(page)

    def _ask(self, verb: str, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, str]:
        if self.session:
            headers = {**headers, "Cookie": f"session={self.session}"}
        if self.csrf and verb != "GET":
            headers = {**headers, "X-CSRFToken": self.csrf, "Origin": f"http://{HOST}:{self.port}"}
        self._connection.request(verb, path, body, {"Accept-Language": "en", **self.named, **headers})
        answer = self._connection.getresponse()
        self.headers = answer.headers
        return answer.status, answer.read().decode()


class Stream:
    """An open console: it hears the doorbell (``/live/desk``) and notes when. A thread reads it."""

    def __init__(self, port: int, session: str) -> None:
        self.heard: list[tuple[float, str, str]] = []  # seconds (monotonic), kind, id
        self._socket = socket.create_connection((HOST, port), 30)
        ask = (
            f"GET /live/desk HTTP/1.1\r\nHost: {HOST}\r\nCookie: session={session}\r\nAccept: text/event-stream\r\n\r\n"
        )
        self._socket.sendall(ask.encode())
        first = self._socket.recv(65536)
        assert b" 200 " in first.split(b"\r\n")[0] + b" ", first
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_reason: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the tab."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _listen(self) -> None:
        self._socket.settimeout(None)
        with contextlib.suppress(OSError, ValueError):
            while data := self._socket.recv(65536):
                self._note(time.monotonic(), data)

    def _note(self, now: float, data: bytes) -> None:
        for row in re.findall(rb"^data: (\[\[.*\]\])", data, re.MULTILINE):
            self.heard += [(now, kind, subject) for kind, subject in json.loads(row)]


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page's first form that has any."""
    found = re.findall(r'<input[^>]*type="hidden"[^>]*>', page)
    pairs = [(re.search(r'name="([^"]+)"', one), re.search(r'value="([^"]*)"', one)) for one in found]
    return {name[1]: value[1] if value else "" for name, value in pairs if name}


def return_code(page: str) -> str:
    """The code that a page shows."""
    found = re.search(
        r"\b([A-Z2-7]{4})\W+([A-Z2-7]{4})\W+([A-Z2-7]{4})\W+([A-Z2-7]{4})\b", re.sub(r"<[^>]+>", " ", page)
    )
    assert found, page
    return "".join(found.groups())
