"""A DNS server that is authoritative for a few names of the tests, on a port of its own; it notes what it is asked."""

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset


@dataclass
class Names:
    """``zone``: (name, kind) → values as a zone file has them. ``silent``: it hears and does not answer."""

    zone: dict[tuple[str, str], list[str]]
    port: int = 0
    silent: bool = False
    asked: list[tuple[str, str]] = field(default_factory=list)

    def answer(self, raw: bytes) -> bytes:
        query = dns.message.from_wire(raw)
        (question,) = query.question
        name, kind = question.name.to_text(True).lower(), dns.rdatatype.to_text(question.rdtype)
        self.asked.append((name, kind))
        told = dns.message.make_response(query)
        told.flags |= dns.flags.AA
        if values := self.zone.get((name, kind)):
            told.answer.append(dns.rrset.from_text(question.name, 300, "IN", kind, *values))
        elif name not in {known for known, _kind in self.zone}:
            told.set_rcode(dns.rcode.NXDOMAIN)
        return told.to_wire()


def txt(text: str) -> str:
    """A TXT record's value: strings of at most 255 bytes."""
    return " ".join(f'"{text[start : start + 250]}"' for start in range(0, len(text), 250))


@contextmanager
def serving(zone: Mapping[tuple[str, str], list[str]]) -> Iterator[Names]:
    """The server until the end of the block."""
    with socket.socket(type=socket.SOCK_DGRAM) as there:
        there.bind(("127.0.0.1", 0))
        names = Names(dict(zone), there.getsockname()[1])

        def serve() -> None:
            while True:
                raw, peer = there.recvfrom(4096)
                if raw == b"end":
                    return
                if not names.silent:
                    there.sendto(names.answer(raw), peer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield names
        finally:
            with socket.socket(type=socket.SOCK_DGRAM) as stop:
                stop.sendto(b"end", ("127.0.0.1", names.port))
            thread.join(10)
