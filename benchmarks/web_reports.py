"""Stored web reports a second: the form is opened, its ticket sent back with a text and a file, a return code is shown.

The bound, in the same run and on the same disk: bare SQLite that commits the very same rows, a transaction a report.
"""

import base64
import json
import os
import re
import socket
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.harness import HOST, Line

from benchmarks.figures import Sheet, quantile, spread
from harkline.channels.web import puzzle

SECONDS = 12.0
WARM_UP = 1.0
FILE = 8 * 1024
FORM = re.compile(r'(?:name="|data-)(token|puzzle)(?:" value)?="([^"]*)"')
TABLES = {
    "intake_thread": "id = :thread",
    "intake_attempt": "id = :attempt",
    "intake_contact": "id = :contact",
    "intake_sealedobject": "thread_id = :thread",
    "intake_chunk": "object_id IN (SELECT id FROM intake_sealedobject WHERE thread_id = :thread)",
    "intake_wrap": "object_id IN (SELECT id FROM intake_sealedobject WHERE thread_id = :thread)",
}


@dataclass
class Load:
    """What the clients saw: seconds of every sending, and of the whole visit; codes that were shown."""

    sending: list[float] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    failed: int = 0
    elapsed: float = 0.0


class Writer:
    """One connection that asks no more of the processor than it must: it shares the machine with what it measures."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection((HOST, port), 30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._head = f"Host: {HOST}:{port}\r\nAccept-Language: en\r\n".encode()

    def close(self) -> None:
        """Close the tab."""
        self._socket.close()

    def form(self) -> list[tuple[str, str]]:
        """Open the page on which one writes; its hidden fields, with the puzzle solved where it has one."""
        self._socket.sendall(b"GET /write HTTP/1.1\r\n" + self._head + b"\r\n")
        status, page = self._answer()
        assert status == 200, page
        found = {one[1]: one[2] for one in FORM.finditer(page.decode())}
        proof = puzzle.solve(json.loads(base64.b64decode(found["puzzle"]))) if found.get("puzzle") else ""
        return [("token", found["token"]), ("proof", proof)]

    def sends(self, fields: list[tuple[str, str]], file: bytes) -> tuple[int, str]:
        """Send them with a photo."""
        mark = os.urandom(8).hex()
        pieces = [f'--{mark}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in fields]
        pieces.append(f'--{mark}\r\nContent-Disposition: form-data; name="attachments"; filename="photo.jpg"\r\n')
        pieces.append("Content-Type: image/jpeg\r\n\r\n")
        body = "".join(pieces).encode() + file + f"\r\n--{mark}--\r\n".encode()
        kind = f"Content-Type: multipart/form-data; boundary={mark}\r\nContent-Length: {len(body)}\r\n\r\n"
        self._socket.sendall(b"POST /write HTTP/1.1\r\n" + self._head + kind.encode() + body)
        status, page = self._answer()
        return status, page.decode()

    def _answer(self) -> tuple[int, bytes]:
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._more()
        head, _, body = data.partition(b"\r\n\r\n")
        size = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        while len(body) < size:
            body += self._more()
        return int(head[9:12]), body

    def _more(self) -> bytes:
        data = self._socket.recv(65536)
        if not data:
            raise ConnectionError("the server closed the connection")
        return data


def visit(line: Line, load: Load, over: threading.Event) -> None:
    """One caller after the other on one connection."""
    writer = Writer(line.web)
    while not over.is_set():
        fields = [*writer.form(), ("text", "Somebody has to hear this. " * 20), ("language", "en")]
        file = os.urandom(FILE)
        start = time.perf_counter()
        status, page = writer.sends(fields, file)
        load.sending.append(time.perf_counter() - start)
        if status == 200 and 'id="the-code"' in page:
            load.codes.append(page.partition('id="the-code"')[2][:400])
        else:
            load.failed += 1
    writer.close()


def measure(line: Line, clients: int, seconds: float) -> Load:
    """So many callers at once, without a pause."""
    loads, over = [Load() for _ in range(clients)], threading.Event()
    threads = [threading.Thread(target=visit, args=(line, load, over)) for load in loads]
    start = time.perf_counter()
    for one in threads:
        one.start()
    time.sleep(seconds)
    over.set()
    for one in threads:
        one.join()
    whole = Load(elapsed=time.perf_counter() - start)
    for load in loads:
        whole.sending += load.sending
        whole.codes += load.codes
        whole.failed += load.failed
    return whole


def rows(base: sqlite3.Connection, limit: int) -> Iterator[list[tuple[str, tuple[object, ...]]]]:
    """The rows that one report left behind, report after report."""
    contacts = base.execute("SELECT id, attempt_id, thread_id FROM intake_contact LIMIT ?", (limit,)).fetchall()
    for contact, attempt, thread in contacts:
        given = {"contact": contact, "attempt": attempt, "thread": thread}
        found = []
        for table, where in TABLES.items():
            # A dictionary of names that a query does not use is refused: only what it uses is given.
            used = {name: value for name, value in given.items() if f":{name}" in where}
            found += [(table, row) for row in base.execute(f"SELECT * FROM {table} WHERE {where}", used)]
        yield found


def bare(line: Line, folder: Path, limit: int = 1500) -> float:
    """Reports a second of SQLite alone: same schema, same indexes, same rows, same safety."""
    source = sqlite3.connect(f"file:{line.data / 'harkline.sqlite3'}?mode=ro", uri=True)
    base = sqlite3.connect(folder / "bare.sqlite3", isolation_level=None)
    base.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;")
    marks = ",".join("?" * len(TABLES))
    schema = source.execute(
        f"SELECT sql FROM sqlite_master WHERE tbl_name IN ({marks}) AND sql IS NOT NULL ORDER BY type DESC", [*TABLES]
    )
    for (statement,) in schema.fetchall():
        base.execute(statement)
    reports = list(rows(source, limit))
    start = time.perf_counter()
    for report in reports:
        base.execute("BEGIN IMMEDIATE")
        for table, row in report:
            base.execute(f"INSERT INTO {table} VALUES ({','.join('?' * len(row))})", row)
        base.execute("COMMIT")
    elapsed = time.perf_counter() - start
    base.close()
    return len(reports) / elapsed


def main() -> int:
    sheet = Sheet(f"Web reports: form, ticket, {FILE // 1024} KiB attachment, sealed, return code shown")
    with tempfile.TemporaryDirectory() as folder, Line(Path(folder)) as line:
        line.init()
        line.serve()
        measure(line, 2, WARM_UP)
        bound = bare(line, Path(folder))
        for clients in (1, 16):
            before, cpu = line.count("intake_contact"), line.cpu()
            load = measure(line, clients, SECONDS)
            rate, stored = len(load.codes) / load.elapsed, line.count("intake_contact") - before
            sheet.say(f"{clients} clients: {rate:.0f} stored/s, sending {spread(load.sending)}")
            sheet.say(
                f"{clients} clients: {rate / bound:.2f} of bare SQLite's {bound:.0f} reports/s with the same rows"
            )
            cost = (line.cpu() - cpu) / max(1, stored) * 1000
            sheet.say(f"{clients} clients: {cost:.1f} ms of processor a report, pages and filing included")
            sheet.bar(f"stored/s at {clients}", rate, least=100)
            sheet.bar(f"p99 at {clients}", quantile(load.sending, 0.99) * 1000, most=250, unit=" ms")
            sheet.bar(f"lost at {clients}", abs(len(load.codes) - stored) + load.failed, most=0)
        return sheet.code()


if __name__ == "__main__":
    sys.exit(main())
