"""Looks at the line's public pages from somewhere else: through an HTTP proxy, a SOCKS5 proxy (RFC 1928), or a service that fetches.

Whoever runs that place learns that this host looks at its own page, and when. Redirections are not followed: that there is one is a finding.
"""

import http.client
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

PATIENCE = 20.0  # seconds for each step of a connection
LARGEST = 2 * 1024 * 1024
PLACE = "{url}"  # of a fetching service: where the page's address goes
_HEADERS = {"Accept-Language": "en", "User-Agent": "Mozilla/5.0", "Accept": "text/html,application/json"}


class Unreachable(Exception):
    """Nobody answered; the message is a fixed word."""


@dataclass(frozen=True)
class Answer:
    """What came back. ``location``: where it redirects to."""

    status: int
    location: str
    body: str


def through(vantage: str, url: str) -> Answer:
    """Get a page by way of ``vantage``: ``http://HOST:PORT``, ``socks5://HOST:PORT``, or a URL with ``{url}`` in it. Raises ``Unreachable``."""
    if PLACE in vantage:
        service = vantage.replace(PLACE, quote(url, safe=""))
        return _got(_direct(service), _path(service))
    proxy = urlsplit(vantage)
    if proxy.scheme == "socks5":
        return _got(_by_socks((proxy.hostname or "", proxy.port or 1080), url), _path(url))
    return _by_proxy(proxy.hostname or "", proxy.port or 8080, url)


def own(host: str, port: int, secure: bool, url: str) -> Answer:
    """Get the same page from this server itself, under its public name. Raises ``Unreachable``."""
    if not secure:
        connection = http.client.HTTPConnection(host, port, timeout=PATIENCE)
    else:
        # The certificate bears the public name; here it is asked on this very machine.
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        connection = http.client.HTTPSConnection(host, port, timeout=PATIENCE, context=context)
    return _got(connection, _path(url), {"Host": urlsplit(url).netloc})


def _direct(url: str) -> http.client.HTTPConnection:
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    return kind(parts.hostname or "", parts.port, timeout=PATIENCE)


def _by_proxy(host: str, port: int, url: str) -> Answer:
    parts = urlsplit(url)
    if parts.scheme == "https":
        secure = http.client.HTTPSConnection(host, port, timeout=PATIENCE)
        secure.set_tunnel(parts.hostname or "", parts.port or 443)
        return _got(secure, _path(url))
    # For what is not encrypted a proxy is asked for the whole address.
    return _got(http.client.HTTPConnection(host, port, timeout=PATIENCE), url)


def _by_socks(proxy: tuple[str, int], url: str) -> http.client.HTTPConnection:
    connection = _direct(url)
    port = connection.port or 80
    # What http.client calls to open its connection; TLS goes on top of it as usual.
    connection._create_connection = lambda *_address: _socks(proxy, connection.host, port)  # type: ignore[attr-defined]
    return connection


def _socks(proxy: tuple[str, int], host: str, port: int) -> socket.socket:
    """RFC 1928, CONNECT without authentication; the proxy looks the name up, so that it is the name as seen from there."""
    sock = socket.create_connection(proxy, PATIENCE)
    try:
        sock.sendall(b"\x05\x01\x00")
        if _exactly(sock, 2) != b"\x05\x00":
            raise OSError("the proxy wants to know who asks")
        name = host.encode("idna")
        sock.sendall(b"\x05\x01\x00\x03" + bytes([len(name)]) + name + port.to_bytes(2, "big"))
        _version, said, _reserved, kind = _exactly(sock, 4)
        if said:
            raise OSError(f"the proxy says {said}")
        _exactly(sock, {1: 4, 4: 16}.get(kind) or _exactly(sock, 1)[0])
        _exactly(sock, 2)
    except BaseException:
        sock.close()
        raise
    return sock


def _exactly(sock: socket.socket, number: int) -> bytes:
    found = b""
    while len(found) < number:
        more = sock.recv(number - len(found))
        if not more:
            raise OSError("the proxy hung up")
        found += more
    return found


def _path(url: str) -> str:
    return urlsplit(url)._replace(scheme="", netloc="", fragment="").geturl() or "/"


def _got(connection: http.client.HTTPConnection, target: str, headers: Mapping[str, str] | None = None) -> Answer:
    try:
        connection.request("GET", target, headers={**_HEADERS, **(headers or {})})
        answer = connection.getresponse()
        body = answer.read(LARGEST).decode("utf-8", "replace")
        return Answer(answer.status, answer.headers.get("Location", ""), body)
    except ssl.SSLError:
        raise Unreachable("certificate") from None
    except (OSError, http.client.HTTPException, ValueError):
        raise Unreachable("no_answer") from None
    finally:
        connection.close()
