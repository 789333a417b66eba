"""People who write mail, the servers their mail comes from, and a line with a database of its own on disk."""

import asyncio
import email
import email.policy
import shutil
import smtplib
import sqlite3
import ssl
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP
from django.core.management import call_command
from django.db import connections

from harkline.channels.email.adapter import EmailAdapter
from harkline.channels.email.settings import Bind, EmailSettings
from harkline.intake.models import Attempt, Contact, SealedObject
from harkline.line import this
from harkline.people import keys
from harkline.runtime import db
from harkline.seal import envelope

LINE = "line@hotline.example"
FARSI = "farsi@hotline.example"
CALLER = "amina@caller.example"


# --- the line -------------------------------------------------------------------------------------------------------------------


@contextmanager
def database(file: Path) -> Iterator[None]:
    """Every connection of this process leads to this SQLite file: in memory, SQLite does not let threads wait for each other."""
    settings = connections.settings["default"]
    before, name, pool = connections["default"], settings["NAME"], db._pool
    db._pool = ThreadPoolExecutor(4, thread_name_prefix="db")
    settings["NAME"] = str(file)
    connections["default"] = connections.create_connection("default")
    try:
        yield
    finally:
        db._pool.submit(lambda: None).result()
        db._pool.shutdown()
        connections["default"].close()
        settings["NAME"], db._pool = name, pool
        connections["default"] = before


def found_line(file: Path) -> bytes:
    """A line with two mail addresses in a new database; the private half of its team key."""
    with database(file):
        call_command("migrate", verbosity=0)
        this.found("The Line", ["en", "fa"], "UTC")
        this.add_address("email", LINE)
        this.add_address("email", FARSI, language="fa")
        return keys.found_team()


@dataclass
class Line:
    """A line that takes mail, seen from inside: ``read`` opens what was sealed."""

    file: Path
    team: bytes
    adapter: Any = None

    @property
    def smtp(self) -> int:
        return int(self.adapter.ports[0])

    @property
    def lmtp(self) -> int:
        return int(self.adapter.ports[1])

    def lock(self) -> sqlite3.Connection:
        """Hold the database's write lock, as a stuck program would, until the connection is closed."""
        other = sqlite3.connect(self.file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        return other


@asynccontextmanager
async def taking_mail(line: Line, *, tls: ssl.SSLContext | None = None, **settings: Any) -> AsyncIterator[Line]:
    """The adapter running, with SMTP and LMTP on ports of their own."""
    adapter = EmailAdapter(EmailSettings(smtp=Bind(port=0), lmtp=Bind(port=0), **settings), relay_tls=tls, imap_tls=tls)
    task = asyncio.create_task(adapter.run())
    await asyncio.wait([task, asyncio.create_task(adapter.ready.wait())], return_when=asyncio.FIRST_COMPLETED)
    line.adapter = adapter
    try:
        if task.done():
            task.result()
        yield line
    finally:
        await adapter.stop()
        await task


@dataclass(frozen=True)
class Seen:
    """A contact as an operator with the key reads it."""

    id: str
    thread_id: str
    state: str
    flags: tuple[str, ...]
    address: str
    machine_kind: str
    language: str
    parts: list[tuple[str, dict[str, Any], bytes]]

    def one(self, purpose: str) -> tuple[dict[str, Any], bytes]:
        return next((meta, body) for kind, meta, body in self.parts if kind == purpose)

    @property
    def text(self) -> str:
        return self.one("message")[1].decode()


async def contacts(line: Line) -> list[Seen]:
    """Everybody who wrote, oldest first."""
    return await db.run(
        lambda: [_seen(one, line.team) for one in Contact.objects.order_by("arrived_at", "waiting_since")]
    )


def _seen(row: Contact, team: bytes) -> Seen:
    parts = [_opened(one, team) for one in SealedObject.objects.filter(contact=row).order_by("created_at")]
    tried = row.attempt
    return Seen(
        str(row.pk),
        str(row.thread_id),
        row.state,
        tuple(row.flags),
        tried.address.value if tried.address else "",
        tried.machine_kind,
        row.language,
        parts,
    )


def _opened(row: SealedObject, team: bytes) -> tuple[str, dict[str, Any], bytes]:
    wrap = bytes(row.wraps.get(recipient="team:1").data)
    chunks = [bytes(one.data) for one in row.chunks.order_by("position")]
    document = envelope.open_(wrap, chunks, team, row.purpose, str(row.pk), "team:1")
    return row.purpose, dict(document.meta), document.body


async def attempts() -> list[tuple[str, str]]:
    """Outcome and reason of everybody who tried."""
    return await db.run(lambda: list(Attempt.objects.order_by("arrived_at").values_list("outcome", "reason")))


# --- the caller -----------------------------------------------------------------------------------------------------------------


def letter(text: str = "Please help me.", *, to: str = LINE, sender: str = CALLER, **headers: str) -> EmailMessage:
    """A mail: ``letter("…", Subject="…", In_Reply_To="<…>")``."""
    message = EmailMessage(policy=email.policy.SMTP)
    message["From"], message["To"] = f"Amina <{sender}>", to
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def send(port: int, raw: bytes | EmailMessage, *to: str, sender: str = CALLER) -> dict[str, tuple[int, bytes]]:
    """Hand a mail in over SMTP; returns the recipients that were refused, and raises as smtplib does when all were."""
    body = raw.as_bytes() if isinstance(raw, EmailMessage) else raw
    with smtplib.SMTP("127.0.0.1", port, local_hostname="caller.example", timeout=90) as smtp:
        return smtp.sendmail(sender, list(to or (LINE,)), body)


# --- the world outside ----------------------------------------------------------------------------------------------------------


@dataclass
class Sink:
    """The mail server that takes our replies, and can be made to refuse."""

    got: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    rcpt: str = ""
    data: str = ""
    drop: bool = False

    async def handle_RCPT(self, _server: Any, _session: Any, envelope_: Any, address: str, _options: Any) -> str:
        if self.rcpt:
            return self.rcpt
        envelope_.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope_: Any) -> str:
        if self.data:
            return self.data
        self.got.append((envelope_.mail_from, list(envelope_.rcpt_tos), envelope_.content))
        if self.drop:
            server.transport.abort()
        return "250 OK"

    def mails(self) -> list[EmailMessage]:
        return [email.message_from_bytes(raw, policy=email.policy.default) for _from, _to, raw in self.got]  # type: ignore[misc]


@asynccontextmanager
async def relay(sink: Sink) -> AsyncIterator[int]:
    """A real SMTP server on a port of its own."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(sink, hostname="mx.example", enable_SMTPUTF8=True, loop=loop), "127.0.0.1"
    )
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()


async def until(true: Callable[[], Any], seconds: float = 15) -> Any:
    """Wait for something that happens in its own time; returns what it gave."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = true()
        if asyncio.iscoroutine(found):
            found = await found
        if found:
            return found
        await asyncio.sleep(0.05)
    raise AssertionError("it did not happen in time")


def copy_of(template: Path, to: Path) -> Path:
    """A database to write in."""
    shutil.copy(template, to)
    return to
