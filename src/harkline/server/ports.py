"""Addresses to listen on, taken before anything else starts, so that a busy one is told in plain words."""

import errno
import socket
from dataclasses import dataclass


class Busy(Exception):
    """A port is in use. The message names the port and the flag that changes it."""


@dataclass(frozen=True)
class Bind:
    """Host and port. Written ``127.0.0.1:8000`` or ``[::1]:8000``."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> "Bind":
        """Raises ValueError in words."""
        host, colon, port = text.rpartition(":")
        host = host.strip("[]")
        if not colon or not host or not port.isdigit() or int(port) > 65535:
            raise ValueError(f"“{text}” is not HOST:PORT, as in 127.0.0.1:8000")
        return cls(host, int(port))

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def family(bind: Bind) -> socket.AddressFamily:
    """IPv6 where the host is written so."""
    return socket.AF_INET6 if ":" in bind.host else socket.AF_INET


def take(bind: Bind, flag: str) -> socket.socket:
    """A bound TCP socket. Raises ``Busy``."""
    sock = socket.socket(family(bind), socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((bind.host, bind.port))
    except OSError as error:
        sock.close()
        raise Busy(_words(bind, flag, error)) from None
    sock.set_inheritable(False)
    return sock


def probe(bind: Bind, flag: str, kind: socket.SocketKind) -> None:
    """Fail early where somebody else has the port: for parts that bind it themselves. Raises ``Busy``."""
    with socket.socket(family(bind), kind) as sock:
        if kind == socket.SOCK_STREAM:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind((bind.host, bind.port))
        except OSError as error:
            raise Busy(_words(bind, flag, error)) from None


def _words(bind: Bind, flag: str, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {bind.port} on {bind.host} is in use by another program: stop it, or choose another with {flag} HOST:PORT"
    if error.errno == errno.EACCES:
        return f"port {bind.port} needs more rights than this user has: choose one above 1023 with {flag} HOST:PORT"
    return f"cannot listen on {bind} ({error.strerror}): choose another address with {flag} HOST:PORT"
