"""Addresses to listen on, taken before anything else starts, so that a busy one is told in plain words."""

import errno
import socket

from harkline.server.keys import Endpoint
from harkline.server.setup import SetupError


class Busy(Exception):
    """A port is in use. The message names the port and the flag that changes it."""


def parse(text: str, flag: str) -> Endpoint:
    """``127.0.0.1:8000`` or ``[::1]:8000``. Raises SetupError in words."""
    host, colon, port = text.rpartition(":")
    host = host.strip("[]")
    if not colon or not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise SetupError(f"{flag} takes HOST:PORT, as in 127.0.0.1:8000: not “{text}”")
    return Endpoint(host, int(port))


def family(bind: Endpoint) -> socket.AddressFamily:
    """IPv6 where the host is written so."""
    return socket.AF_INET6 if ":" in bind.host else socket.AF_INET


def take(bind: Endpoint, flag: str) -> socket.socket:
    """A bound TCP socket. Raises ``Busy``."""
    # With its protocol named: asyncio sets TCP_NODELAY on such sockets alone, and without it each answer waits 40 ms (Nagle).
    sock = socket.socket(family(bind), socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((bind.host, bind.port))
    except OSError as error:
        sock.close()
        raise Busy(_words(bind, flag, error)) from None
    sock.set_inheritable(False)
    return sock


def probe(bind: Endpoint, flag: str, kind: socket.SocketKind) -> None:
    """Fail early where somebody else has the port: for parts that bind it themselves. Raises ``Busy``."""
    with socket.socket(family(bind), kind) as sock:
        if kind == socket.SOCK_STREAM:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind((bind.host, bind.port))
        except OSError as error:
            raise Busy(_words(bind, flag, error)) from None


def _words(bind: Endpoint, flag: str, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {bind.port} on {bind.host} is in use by another program: stop it, or choose another with {flag} HOST:PORT"
    if error.errno == errno.EACCES:
        return f"port {bind.port} needs more rights than this user has: choose one above 1023 with {flag} HOST:PORT"
    return f"cannot listen on {bind} ({error.strerror}): choose another address with {flag} HOST:PORT"
