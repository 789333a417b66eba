"""The smallest telephone: one INVITE over UDP, and what was answered. For tests and loads that need many, and no sound."""

import contextlib
import re
import socket
import time
import uuid

from tests.harness import HOST, NUMBER, Line


class Caller:
    """The smallest telephone that there is: it sends an INVITE by UDP and says what was answered. ``media`` is its socket for
    sound, and ``remote`` where the line wants it; whoever needs sound sends it."""

    def __init__(self, line: Line, number: str = "+442079460999") -> None:
        self.server = (HOST, line.sip)
        self.number = number
        self.socket = socket.socket(type=socket.SOCK_DGRAM)
        self.socket.bind((HOST, 0))
        self.me = f"{HOST}:{self.socket.getsockname()[1]}"
        self.media = socket.socket(type=socket.SOCK_DGRAM)
        self.media.bind((HOST, 0))
        self.remote: tuple[str, int] | None = None
        self.call_id, self.tag = uuid.uuid4().hex, uuid.uuid4().hex[:8]
        self.to = f"<sip:{NUMBER}@{HOST}:{line.sip}>"
        self.uri = f"sip:{NUMBER}@{HOST}:{line.sip}"

    def rings(self, within: float = 10.0, headers: str = "") -> int:
        """Call, and return the final answer's code (200: it was taken, and acknowledged), 0 if none came."""
        offer = (
            f"v=0\r\no=- 1 1 IN IP4 {HOST}\r\ns=-\r\nc=IN IP4 {HOST}\r\nt=0 0\r\nm=audio {self.media.getsockname()[1]} RTP/AVP 0 101\r\n"
            "a=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=sendrecv\r\n"
        )
        request = self._request("INVITE", 1, offer, f"Content-Type: application/sdp\r\n{headers}")
        end, pause = time.monotonic() + within, 0.5
        while time.monotonic() < end:
            self._send(request)
            self.socket.settimeout(pause)
            if code := self._final(end):
                if code == 200:
                    self._send(self._request("ACK", 1))
                return code
            pause = min(pause * 2, 2.0)
        return 0

    def was_hung_up_on(self) -> bool:
        """Whether a BYE has come."""
        self.socket.settimeout(0.2)
        with contextlib.suppress(TimeoutError, ConnectionRefusedError):
            while data := self.socket.recv(65536):
                if data.startswith(b"BYE"):
                    return True
        return False

    def hangs_up(self) -> None:
        """BYE, without waiting for the answer."""
        self._send(self._request("BYE", 2))
        self.socket.close()
        self.media.close()

    def _final(self, end: float) -> int:
        while time.monotonic() < end:
            try:
                answer = self.socket.recv(65536).decode(errors="replace")
            except (TimeoutError, ConnectionRefusedError):
                return 0
            first = re.match(r"SIP/2.0 (\d{3})", answer)
            if first and int(first[1]) >= 200 and "INVITE" in answer:
                if port := re.search(r"^m=audio (\d+)", answer, re.MULTILINE):
                    self.remote = (HOST, int(port[1]))
                self.to = next(row[4:] for row in answer.split("\r\n") if row.lower().startswith("to: "))
                return int(first[1])
            if first:
                self.socket.settimeout(max(0.1, end - time.monotonic()))
        return 0

    def _send(self, text: str) -> None:
        try:
            self.socket.sendto(text.encode(), self.server)
        except ConnectionRefusedError:
            time.sleep(0.1)

    def _request(self, verb: str, number: int, body: str = "", headers: str = "") -> str:
        branch = f"z9hG4bK{self.call_id[:8]}{verb}"
        return (
            f"{verb} {self.uri} SIP/2.0\r\nVia: SIP/2.0/UDP {self.me};branch={branch};rport\r\nMax-Forwards: 70\r\n"
            f"From: <sip:{self.number}@{self.me}>;tag={self.tag}\r\nTo: {self.to}\r\nCall-ID: {self.call_id}\r\n"
            f"CSeq: {number} {verb}\r\nContact: <sip:caller@{self.me}>\r\n{headers}Content-Length: {len(body)}\r\n\r\n{body}"
        )
