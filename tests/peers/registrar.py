"""A telephone provider: takes registrations with a password (RFC 2617 digest, RFC 3261 § 10) and sends calls to what registered."""

import asyncio
import hashlib
import re
import secrets
from typing import Any

HOST = "127.0.0.1"


class Registrar(asyncio.DatagramProtocol):
    """``async with Registrar("line", "secret") as provider``."""

    def __init__(self, username: str, password: str) -> None:
        self.username, self.password, self.nonce = username, password, secrets.token_hex(8)
        self.contact = ""
        self.refused = 0
        self.registered = asyncio.Event()
        self.line: tuple[str, int] = (HOST, 0)
        self.answers: asyncio.Queue[str] = asyncio.Queue()

    async def __aenter__(self) -> "Registrar":
        loop = asyncio.get_running_loop()
        self.wire, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(HOST, 0))
        self.port = self.wire.get_extra_info("sockname")[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self.wire.close()

    def datagram_received(self, data: bytes, address: Any) -> None:
        message = data.decode()
        if message.startswith("REGISTER "):
            self._register(message, address)
        elif message.startswith("SIP/2.0 "):
            self.answers.put_nowait(message)
        elif not message.startswith("ACK "):
            self._reply(message, address, "200 OK")

    def _register(self, message: str, address: Any) -> None:
        given = dict(re.findall(r'(\w+)="?([^",\r\n]+)"?', _header(message, "Authorization") or ""))
        if not given or given.get("response") != self._expected(given):
            self.refused += bool(given)
            challenge = f'WWW-Authenticate: Digest realm="provider.example", nonce="{self.nonce}", algorithm=MD5\r\n'
            self._reply(message, address, "401 Unauthorized", challenge)
            return
        contact = _header(message, "Contact") or ""
        if "expires=0" not in contact and (found := re.search(r"<([^>]+)>", contact)):
            self.contact, self.line = found[1], address
            self.registered.set()
        self._reply(message, address, "200 OK", f"Contact: {contact}\r\nExpires: 60\r\n")

    def _expected(self, given: dict[str, str]) -> str:
        def md5(text: str) -> str:
            return hashlib.md5(text.encode()).hexdigest()

        whole = md5(f"{self.username}:provider.example:{self.password}")
        return md5(f"{whole}:{self.nonce}:{md5('REGISTER:' + given.get('uri', ''))}")

    def _reply(self, message: str, address: Any, status: str, more: str = "") -> None:
        kept = "".join(f"{name}: {_header(message, name)}\r\n" for name in ("Via", "From", "Call-ID", "CSeq"))
        to = _header(message, "To") or ""
        tag = "" if ";tag=" in to else ";tag=provider"
        self.wire.sendto(
            f"SIP/2.0 {status}\r\n{kept}To: {to}{tag}\r\n{more}Content-Length: 0\r\n\r\n".encode(), address
        )

    def sends_call(self, dialled: str, *, sender: str = "+441632960001", more: str = "") -> None:
        """An INVITE to the registered contact, with the dialled number in To, as trunks do. ``more``: further header lines."""
        body = (
            f"v=0\r\no=- 1 1 IN IP4 {HOST}\r\ns=-\r\nc=IN IP4 {HOST}\r\nt=0 0\r\n"
            "m=audio 40998 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n"
        )
        self.wire.sendto(
            (
                f"INVITE {self.contact} SIP/2.0\r\nVia: SIP/2.0/UDP {HOST}:{self.port};branch=z9hG4bK{secrets.token_hex(8)}\r\n"
                f"Max-Forwards: 70\r\nFrom: <sip:{sender}@provider.example>;tag={secrets.token_hex(4)}\r\n"
                f"To: <sip:{dialled}@provider.example>\r\nCall-ID: {secrets.token_hex(8)}\r\nCSeq: 1 INVITE\r\n"
                f"Contact: <sip:trunk@{HOST}:{self.port}>\r\nContent-Type: application/sdp\r\n{more}"
                f"Content-Length: {len(body)}\r\n\r\n{body}"
            ).encode(),
            self.line,
        )

    async def answered(self, within: float = 5.0) -> str:
        """The 200 to the INVITE, with its SDP. Raises TimeoutError."""
        async with asyncio.timeout(within):
            while not (message := await self.answers.get()).startswith("SIP/2.0 200"):
                continue
        return message


def _header(message: str, name: str) -> str | None:
    found = re.search(rf"(?im)^{name}:\s*([^\r\n]*)", message)
    return found[1] if found else None
