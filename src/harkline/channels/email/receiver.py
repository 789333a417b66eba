"""The SMTP and LMTP server: takes mail for the line's own addresses, and answers 250 only for what is committed.

Nothing here writes an address, a peer or a word of a mail into a log. Sources: RFC 5321 (SMTP), RFC 2033 (LMTP), RFC 1870
(SIZE), RFC 6531 (SMTPUTF8).
"""

import asyncio
import ipaddress
import logging
import ssl
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP

from harkline.channels.email.addressing import Reached
from harkline.channels.email.arrival import Arrival, Room
from harkline.channels.email.evidence_shape import Came
from harkline.channels.email.settings import Bind

log = logging.getLogger(__name__)
# aiosmtpd logs every command with its peer and its addresses.
logging.getLogger("mail.log").setLevel(logging.CRITICAL + 1)

RECIPIENTS = 20  # a mail
A_PEER = 20  # connections from one host that is not this one
IDLE = 180.0  # seconds
WHOLE_MAIL = 900.0  # seconds
IN_HAND = 128 * 1024 * 1024  # bytes of all mails that are just arriving
COMMANDS = {"*": 100_000, "NOOP": 100, "VRFY": 20, "HELP": 20, "EHLO": 20, "HELO": 20, "LHLO": 20}

_LATER = "451 4.3.0 Not stored, try again later"
_UNKNOWN = "550 5.1.1 No such address here"
_TOO_LARGE = "552 5.3.4 This mail is too large: at most {} MB"
_LINE_ENDS = "550 5.6.0 A full stop on a line of its own must be between CR LF"
_BLOCKED = (
    "550 5.7.1 This line does not take mail from your address at present; that ends by itself. If somebody is in danger, "
    "call the emergency number where you are, or this line by telephone"
)
_NO_ROOM = "452 4.3.1 Too much mail at once, try again later"


class Blocked(Exception):
    """The sender's address is turned away for a time."""


class Store(Protocol):
    """Where mail goes. Whatever ``keep`` or ``refuse`` raise means that nothing was committed."""

    async def known(self, recipient: str) -> Reached | None:
        """The line's address that a recipient means."""

    async def keep(self, reached: Reached, raw: bytes, came: Came) -> None:
        """Commit one mail for one address. Doing so again changes nothing. Raises Blocked."""

    async def refuse(self, reached: Reached, reason: str) -> None:
        """Commit that somebody tried, and why the mail was not taken."""


class Receiver:
    """Listens on the given binds until stopped."""

    def __init__(
        self,
        store: Store,
        *,
        smtp: Bind | None,
        lmtp: Bind | None = None,
        name: str = "localhost",
        max_size: int = 25 * 1024 * 1024,
        connections: int = 200,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._binds = [(bind, kind) for bind, kind in ((smtp, Dialogue), (lmtp, LocalDialogue)) if bind]
        self._door = Door(connections)
        self._room = Room(max(IN_HAND, 2 * max_size))
        self._options: dict[str, Any] = {"name": name, "max_size": max_size, "tls": tls}
        self._store = store
        self._servers: list[asyncio.Server] = []

    async def start(self) -> None:
        """Listen. Raises OSError for a port that is taken."""
        loop = asyncio.get_running_loop()
        for bind, kind in self._binds:
            self._servers.append(await loop.create_server(self._factory(kind), bind.host, bind.port))

    async def stop(self) -> None:
        """Close the ports and the connections. A mail that was not acknowledged comes again."""
        for server in self._servers:
            server.close()
        self._door.clear()
        for server in self._servers:
            await server.wait_closed()
        self._servers.clear()

    @property
    def ports(self) -> list[int]:
        """The ports that are open, SMTP's before LMTP's."""
        return [server.sockets[0].getsockname()[1] for server in self._servers]

    def _factory(self, kind: "type[Dialogue]") -> "Callable[[], Dialogue]":
        return lambda: kind(self._store, self._door, self._room, **self._options)


class Door:
    """Who is connected. When it is full the one that has been silent longest goes, so that silence keeps nobody out."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._inside: set[Dialogue] = set()

    def enter(self, one: "Dialogue") -> None:
        """Let one in; somebody may have to leave for it."""
        self._inside.add(one)
        if one.peer and sum(other.peer == one.peer for other in self._inside) > A_PEER:
            one.hang_up()
        elif len(self._inside) > self._limit:
            min(self._inside, key=lambda other: other.heard).hang_up()

    def leave(self, one: "Dialogue") -> None:
        """It has gone."""
        self._inside.discard(one)

    def clear(self) -> None:
        """Everybody goes."""
        for one in list(self._inside):
            one.hang_up()


class Manners:
    """What the server says to each command (aiosmtpd's hooks)."""

    def __init__(self, store: Store, max_size: int) -> None:
        self.store = store
        self.max_size = max_size
        self.too_large = _TOO_LARGE.format(max_size // (1024 * 1024))

    async def handle_EHLO(self, _server: Any, session: Any, _envelope: Any, name: str, said: list[str]) -> list[str]:  # noqa: N802
        session.host_name = name
        offered = [line for line in said if not line[4:].startswith(("AUTH", "HELP"))]
        return [*offered, f"250-SIZE {self.max_size}", "250-PIPELINING", "250 ENHANCEDSTATUSCODES"]

    async def handle_MAIL(self, _server: Any, _session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        envelope.reached = []
        return "250 2.1.0 OK"

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]) -> str:  # noqa: N802
        if len(envelope.reached) >= RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        reached = await self.store.known(address)
        if reached is None:
            return _UNKNOWN
        if _announced(envelope.mail_options) > self.max_size:
            # Refused here and not at MAIL: only who meant one of our addresses has tried to reach the line.
            await self.store.refuse(reached, "too_large")
            return self.too_large
        envelope.rcpt_tos.append(address)
        envelope.reached.append(reached)
        return "250 2.1.5 OK"

    async def handle_VRFY(self, *_: Any) -> str:  # noqa: N802
        return "252 2.1.5 Send some mail and see"

    async def handle_exception(self, error: Exception) -> str:
        log.warning("mail was not taken: %s", type(error).__name__)
        return _LATER


def _announced(options: Iterable[str]) -> int:
    """The size that the sender announced; 0 where it did not."""
    sizes = (option.partition("=")[2] for option in options if option.upper().startswith("SIZE="))
    return int(next(sizes, "0"))


class Dialogue(SMTP):
    """One SMTP connection."""

    line_length_limit = 64 * 1024  # of the reader's buffer; commands have a limit of their own
    each = False  # one answer for the whole mail

    def __init__(self, store: Store, door: Door, room: Room, *, name: str, max_size: int, tls: Any) -> None:
        self.heard = 0.0
        self.peer = ""
        self._door, self._room = door, room
        self._manners = Manners(store, max_size)
        super().__init__(
            self._manners,
            data_size_limit=None,
            enable_SMTPUTF8=True,
            hostname=name,
            ident="ESMTP",
            tls_context=tls,
            timeout=IDLE,
            auth_exclude_mechanism=("LOGIN", "PLAIN"),
            command_call_limit=COMMANDS,
            loop=asyncio.get_running_loop(),
        )

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        host = str((transport.get_extra_info("peername") or ("",))[0])
        self.peer = "" if host in ("127.0.0.1", "::1", "") else host
        self._door.enter(self)

    def connection_lost(self, error: Exception | None) -> None:
        self._door.leave(self)
        super().connection_lost(error)

    def hang_up(self) -> None:
        """Close the connection."""
        if self.transport is not None:
            self.transport.close()

    def _reset_timeout(self, duration: float | None = None) -> None:
        self.heard = self.loop.time()
        super()._reset_timeout(duration)

    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802
        """Take one mail. aiosmtpd's own reads line by line, and refuses lines beyond 1000 bytes that people's programs send."""
        if await self.check_helo_needed():
            return
        if not self.envelope.rcpt_tos:
            await self.push("503 5.5.1 No valid recipient")
            return
        if arg:
            await self.push("501 5.5.4 Syntax: DATA")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        envelope, arrival = self.envelope, Arrival(self._manners.max_size, self._room)
        try:
            async with asyncio.timeout(WHOLE_MAIL):
                await self._take(arrival)
            answers = await self._verdicts(envelope, arrival)
        except TimeoutError:
            self.hang_up()
            return
        finally:
            arrival.done()
        self._set_post_data_state()
        await self.push("\r\n".join(answers))

    async def _take(self, arrival: Arrival) -> None:
        """Read up to the end mark. What the sender has pipelined behind it goes back to the reader."""
        while not arrival.ended:
            # More than the reader ever holds, so that its buffer is empty when the rest is handed back.
            chunk = await self._reader.read(4 * self.line_length_limit)
            if not chunk:
                raise ConnectionResetError
            self._reset_timeout()
            if rest := arrival.feed(chunk):
                self._reader.feed_data(rest)

    async def _verdicts(self, envelope: Any, arrival: Arrival) -> list[str]:
        answers = [await self._verdict(reached, envelope, arrival) for reached in _distinct(envelope.reached)]
        if self.each:
            by_address = dict(zip((one.address for one in _distinct(envelope.reached)), answers, strict=True))
            return [by_address[one.address] for one in envelope.reached]
        # One answer for all: a single failure makes the sender come again, and what is stored already is recognised.
        return [next((one for one in answers if not one.startswith("2")), answers[0])]

    async def _verdict(self, reached: Reached, envelope: Any, arrival: Arrival) -> str:
        try:
            return await self._judged(reached, envelope, arrival)
        except (
            Exception
        ) as error:  # a locked database, a full disk: nothing is committed, and the sender keeps the mail
            return await self._manners.handle_exception(error)

    def _came(self, envelope_from: str) -> Came:
        """From where; a mail server of the house in front says nothing of the true sender."""
        direct = self.peer and not self.each and not _of_the_house(self.peer)
        return Came(self.peer if direct else "", str(self.session.host_name or "")[:253], envelope_from)

    async def _judged(self, reached: Reached, envelope: Any, arrival: Arrival) -> str:
        if arrival.too_large:
            await self._manners.store.refuse(reached, "too_large")
            return self._manners.too_large
        if arrival.no_room:
            return _NO_ROOM
        if arrival.lone_stop():
            await self._manners.store.refuse(reached, "line_ends")
            return _LINE_ENDS
        sender = "" if envelope.mail_from == "<>" else envelope.mail_from
        try:
            await self._manners.store.keep(reached, arrival.raw(), self._came(sender))
        except Blocked:
            return _BLOCKED
        except (
            Exception
        ) as error:  # a locked database, a full disk: nothing is committed, and the sender keeps the mail
            return await self._manners.handle_exception(error)
        return "250 2.0.0 Stored"


class LocalDialogue(Dialogue, LMTP):
    """One LMTP connection: an answer for each recipient (RFC 2033, 4.2)."""

    each = True


def _of_the_house(peer: str) -> bool:
    """Whether a host has a private address: our own, or that of a neighbour."""
    try:
        one = ipaddress.ip_address(peer.partition("%")[0])
    except ValueError:
        return True
    return one.is_link_local or (one.is_private and not one.is_loopback)


def _distinct(reached: Iterable[Reached]) -> list[Reached]:
    """Each address once; one that names a thread or a job before one that does not."""
    ordered = sorted(reached, key=lambda one: not (one.token or one.bounce))
    return list({one.address: one for one in reversed(ordered)}.values())
