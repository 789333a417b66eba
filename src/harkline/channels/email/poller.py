"""Reads an existing mailbox by IMAP IDLE (RFC 2177): what arrives there is stored here, and the mailbox is left as the settings say.

How far it has come is a row (UIDVALIDITY and UID), never the unread flag, which any other program may change. After a crash,
or when the server numbers its mails anew, mails are read again and recognised.
"""

import asyncio
import contextlib
import imaplib
import logging
import re
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, TypeVar

import imap_tools

from harkline.channels.email.models import MailboxCursor
from harkline.channels.email.settings import ImapSettings
from harkline.runtime import db

log = logging.getLogger(__name__)

# Seconds of IDLE before we look for ourselves: a mail that arrives just as IDLE begins is announced where nobody listens yet,
# and a connection that has died silently is noticed.
WATCH = 30
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 300.0
CONNECT = 30.0
_SIZE = re.compile(rb"UID (\d+)[^)]*RFC822\.SIZE (\d+)|RFC822\.SIZE (\d+)[^)]*UID (\d+)")

PATIENCE = 120.0  # seconds for one mail to be stored

Take = Callable[[bytes], Awaitable[None]]
Refuse = Callable[[str], Awaitable[None]]
T = TypeVar("T")


class Poller:
    """Follows one folder. ``take(raw)`` must have committed when it returns; ``refuse(key)`` records a mail that is too large.
    Both run in the loop that runs the poller, while its thread waits."""

    def __init__(
        self, settings: ImapSettings, take: Take, refuse: Refuse, max_size: int, tls: ssl.SSLContext | None = None
    ) -> None:
        self.connected = False
        self._settings, self._take, self._refuse, self._max = settings, take, refuse, max_size
        self._tls = tls
        self._stopping = threading.Event()
        self._mailbox: imap_tools.BaseMailBox | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def run(self) -> None:
        """Until stopped: connect, read, wait, and begin again after ever longer pauses when the server is away."""
        pause = FIRST_PAUSE
        self._loop = asyncio.get_running_loop()
        while not self._stopping.is_set():
            try:
                await asyncio.to_thread(self._follow)
            except Exception as error:  # whatever the server or the database did: the mail stays in the mailbox
                if not self._stopping.is_set():
                    log.warning("the mailbox is not readable: %s", type(error).__name__)
            pause = FIRST_PAUSE if self.connected else min(pause * 2, LONGEST_PAUSE)
            self.connected = False
            if not self._stopping.is_set():
                await asyncio.sleep(pause)

    def stop(self) -> None:
        """End the connection; ``run`` returns soon."""
        self._stopping.set()
        if self._mailbox is not None:
            with contextlib.suppress(OSError):
                self._mailbox.client.shutdown()

    def _follow(self) -> None:
        with self._open() as mailbox:
            self._mailbox = mailbox
            mailbox.folder.set(self._settings.folder, readonly=self._settings.after == "leave")
            cursor = self._in_loop(db.run(self._cursor, _validity(mailbox)))
            self.connected = True
            while not self._stopping.is_set():
                self._read(mailbox, cursor)
                self._wait(mailbox)

    @contextlib.contextmanager
    def _open(self) -> "Iterator[imap_tools.BaseMailBox]":
        one = self._settings
        tls = self._tls or ssl.create_default_context()
        if one.security == "none":
            mailbox: imap_tools.BaseMailBox = imap_tools.MailBoxUnencrypted(one.host, one.port, timeout=CONNECT)
        elif one.security == "starttls":
            mailbox = imap_tools.MailBoxStartTls(one.host, one.port, timeout=CONNECT, ssl_context=tls)
        else:
            mailbox = imap_tools.MailBox(one.host, one.port, timeout=CONNECT, ssl_context=tls)
        try:
            password = one.password_file.read_text(encoding="utf-8").strip() if one.password_file else ""
            mailbox.login(one.user, password, initial_folder=None)
            yield mailbox
        finally:
            with contextlib.suppress(OSError, imaplib.IMAP4.error):
                mailbox.client.shutdown()

    def _cursor(self, validity: int) -> MailboxCursor:
        """Where we are; at the beginning when the server has numbered its mails anew."""
        one = self._settings
        cursor, _new = MailboxCursor.objects.get_or_create(
            mailbox=f"{one.user}@{one.host}:{one.port}/{one.folder}", defaults={"validity": validity}
        )
        if cursor.validity != validity:
            cursor.validity, cursor.uid = validity, 0
            cursor.save(update_fields=["validity", "uid"])
        return cursor

    def _read(self, mailbox: Any, cursor: MailboxCursor) -> None:
        """Store all that is new, in order."""
        for uid, size in _new(mailbox, cursor.uid):
            if self._stopping.is_set():
                return
            if size > self._max:
                self._in_loop(self._refuse(f"{cursor.mailbox}|{cursor.validity}|{uid}"))
            elif (raw := _fetch(mailbox, uid)) is not None:
                self._in_loop(self._take(raw))
                self._mark(mailbox, uid)
            # A crash before this line: the mail is read again, recognised, and marked.
            self._in_loop(db.run(_advance, cursor, uid))

    def _in_loop(self, work: Awaitable[T]) -> T:
        if self._loop is None:
            raise OSError("not running")

        async def done() -> T:
            return await work

        return asyncio.run_coroutine_threadsafe(done(), self._loop).result(PATIENCE)

    def _mark(self, mailbox: Any, uid: int) -> None:
        if self._settings.after == "seen":
            mailbox.flag([str(uid)], [imap_tools.MailMessageFlags.SEEN], True)
        elif self._settings.after == "delete":
            mailbox.delete([str(uid)])

    def _wait(self, mailbox: Any) -> None:
        """Until the server says that something changed. One without IDLE is asked every minute."""
        if "IDLE" in mailbox.client.capabilities:
            mailbox.idle.wait(timeout=WATCH)
        else:
            self._stopping.wait(60)
            mailbox.client.noop()


def _validity(mailbox: Any) -> int:
    found = mailbox.client.response("UIDVALIDITY")[1]
    if not found or found[0] is None:
        raise ValueError("no UIDVALIDITY")
    return int(found[0])


def _new(mailbox: Any, after: int) -> list[tuple[int, int]]:
    """UIDs and sizes of what came after a UID. ``n:*`` names the last mail even where it is older (RFC 9051, 6.4.9)."""
    kind, lines = mailbox.client.uid("FETCH", f"{after + 1}:*", "(UID RFC822.SIZE)")
    if kind != "OK":
        raise imaplib.IMAP4.error("FETCH refused")
    found = [match for line in lines if isinstance(line, bytes) and (match := _SIZE.search(line))]
    sizes = [(int(one[1] or one[4]), int(one[2] or one[3])) for one in found]
    return sorted((uid, size) for uid, size in sizes if uid > after)


def _fetch(mailbox: Any, uid: int) -> bytes | None:
    """The whole mail, without marking it as read; None if somebody has deleted it meanwhile."""
    kind, data = mailbox.client.uid("FETCH", str(uid), "(BODY.PEEK[])")
    if kind != "OK":
        raise imaplib.IMAP4.error("FETCH refused")
    return next((bytes(one[1]) for one in data if isinstance(one, tuple)), None)


def _advance(cursor: MailboxCursor, uid: int) -> None:
    cursor.uid = uid
    cursor.save(update_fields=["uid"])
