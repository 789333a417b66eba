"""A caller that writes SIP by hand, so that it can write it wrong. RFC 3261 over UDP, TCP or TLS."""

import asyncio
import re
import secrets
import socket
import ssl

HOST = "127.0.0.1"
PCMU = "a=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\n"


class RawCall:
    """``async with RawCall(line, number) as raw``: one dialog."""

    def __init__(self, line: tuple[str, int], number: str, *, transport: str = "UDP") -> None:
        self.line, self.number, self.transport = line, number, transport
        self.call_id = secrets.token_hex(8)
        self.tag = secrets.token_hex(4)
        self.branch = "z9hG4bK" + secrets.token_hex(8)
        self.to_tag = ""
        self.contact = f"sip:{number}@{line[0]}:{line[1]}"
        self.last = b""
        self.buffer = b""

    async def __aenter__(self) -> "RawCall":
        kind = socket.SOCK_DGRAM if self.transport == "UDP" else socket.SOCK_STREAM
        self.socket = socket.socket(socket.AF_INET, kind)
        self.socket.connect(self.line)
        if self.transport == "TLS":
            # The line's certificate is made for the test: what is tried here is the transport.
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            self.socket = await asyncio.to_thread(context.wrap_socket, self.socket)
        self.socket.setblocking(False)
        self.port = self.socket.getsockname()[1]
        self.media = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.media.bind((HOST, 0))
        return self

    async def __aexit__(self, *_: object) -> None:
        self.socket.close()
        self.media.close()

    # ---- out

    def invite(self, *, payloads: str = "0 101", maps: str = PCMU, body: str | None = None) -> None:
        """An INVITE; an empty body leaves the offer to the other side."""
        sdp = (
            f"v=0\r\no=- 1 1 IN IP4 {HOST}\r\ns=-\r\nc=IN IP4 {HOST}\r\nt=0 0\r\n"
            f"m=audio {self.media.getsockname()[1]} RTP/AVP {payloads}\r\n{maps}a=sendrecv\r\n"
        )
        self._send("INVITE", 1, sdp if body is None else body)

    def ack(self) -> None:
        """After a 200."""
        self.branch = "z9hG4bK" + secrets.token_hex(8)
        self._send("ACK", 1)

    def bye(self) -> None:
        """Hang up."""
        self.branch = "z9hG4bK" + secrets.token_hex(8)
        self._send("BYE", 2)

    def cancel(self) -> None:
        """Give up before the answer."""
        self._send("CANCEL", 1)

    def again(self) -> None:
        """The last message once more, as UDP repeats it."""
        self.noise(self.last)

    def noise(self, data: bytes) -> None:
        """Anything at all."""
        self.socket.send(data)

    def _send(self, method: str, number: int, body: str = "") -> None:
        uri = self.contact if method in ("ACK", "BYE") else f"sip:{self.number}@{self.line[0]}:{self.line[1]}"
        kind = "Content-Type: application/sdp\r\n" if body else ""
        self.last = (
            f"{method} {uri} SIP/2.0\r\n"
            f"Via: SIP/2.0/{self.transport} {HOST}:{self.port};branch={self.branch};rport\r\n"
            f"Max-Forwards: 70\r\nFrom: <sip:+441632960001@{HOST}:{self.port}>;tag={self.tag}\r\n"
            f"To: <sip:{self.number}@{self.line[0]}:{self.line[1]}>{self.to_tag}\r\n"
            f"Call-ID: {self.call_id}\r\nCSeq: {number} {method}\r\n"
            f"Contact: <sip:caller@{HOST}:{self.port};transport={self.transport.lower()}>\r\n"
            f"{kind}Content-Length: {len(body)}\r\n\r\n{body}"
        ).encode()
        self.socket.send(self.last)

    # ---- in

    async def response(self, first: int, last: int | None = None, *, within: float = 5.0) -> str:
        """The first response whose code lies between. Raises TimeoutError."""
        async with asyncio.timeout(within):
            while True:
                message = await self._message()
                code = int(message[8:11]) if message.startswith("SIP/2.0 ") else 0
                if first <= code <= (last or first):
                    self._learn(message)
                    return message

    async def request(self, method: str, *, within: float = 5.0) -> str:
        """The first request of this kind from the other side. Raises TimeoutError."""
        async with asyncio.timeout(within):
            while not (message := await self._message()).startswith(method + " "):
                continue
        return message

    async def _message(self) -> str:
        if self.transport == "UDP":
            return (await self._more()).decode(errors="replace")
        while not (whole := re.match(rb"(?s)(.*?\r\n\r\n)", self.buffer)):
            self.buffer += await self._more()
        head = whole[1]
        size = len(head) + int((re.search(rb"(?i)content-length: *(\d+)", head) or [b"", b"0"])[1])
        while len(self.buffer) < size:
            self.buffer += await self._more()
        message, self.buffer = self.buffer[:size], self.buffer[size:]
        return message.decode(errors="replace")

    async def _more(self) -> bytes:
        while True:
            try:
                data = self.socket.recv(65536)
            except (BlockingIOError, ssl.SSLWantReadError):
                await asyncio.sleep(0.01)
                continue
            if not data and self.transport != "UDP":
                raise ConnectionError
            return data

    def _learn(self, message: str) -> None:
        if found := re.search(r"(?im)^to:[^\r]*?(;tag=[^;\r\n]+)", message):
            self.to_tag = found[1]
        if found := re.search(r"(?im)^contact:\s*<([^>]+)>", message):
            self.contact = found[1]
