"""Places from which a page is looked at: an HTTP proxy, a SOCKS5 proxy and a fetching service, each leading to one server on loopback
whatever name is asked for; the HTTP ones can forge what they pass on."""

import http.client
import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

Forge = Callable[[bytes], bytes]


class Place:
    """``to``: (host, port) of the real server; ``forge`` changes a body on its way; ``down``: it hangs up; ``asked``: the addresses."""

    def __init__(self, to: tuple[str, int]) -> None:
        self.to = to
        self.forge: Forge = lambda body: body
        self.down = False
        self.asked: list[str] = []
        self.port = 0

    def get(self, url: str) -> tuple[int, bytes]:
        self.asked.append(url)
        connection = http.client.HTTPConnection(*self.to, timeout=20)
        try:
            parts = urlsplit(url)
            connection.request("GET", parts.path or "/", headers={"Host": parts.netloc, "Accept-Language": "en"})
            answer = connection.getresponse()
            return answer.status, self.forge(answer.read())
        finally:
            connection.close()


@contextmanager
def http_proxy(to: tuple[str, int]) -> Iterator[Place]:
    """It answers ``GET http://name/path`` as a proxy does, and ``GET /fetch?url=…`` as a service does."""
    place = Place(to)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if place.down:
                self.close_connection = True
                return
            parts = urlsplit(self.path)
            url = self.path if parts.scheme else parse_qs(parts.query)["url"][0]
            status, body = place.get(url)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_CONNECT(self) -> None:
            place.asked.append(self.path)
            with socket.create_connection(place.to) as theirs:
                self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                back = threading.Thread(target=_pump, args=(theirs, self.connection), daemon=True)
                back.start()
                _pump(self.connection, theirs)
                back.join(10)
            self.close_connection = True

        def log_message(self, *_about: object) -> None:
            pass

    with _running(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as port:
        place.port = port
        yield place


@contextmanager
def socks_proxy(to: tuple[str, int]) -> Iterator[Place]:
    """RFC 1928 without authentication; it takes names alone, as Tor does when it is to look them up."""
    place = Place(to)

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            ours: socket.socket = self.request
            _version, methods = ours.recv(2)
            assert b"\x00" in ours.recv(methods)
            ours.sendall(b"\x05\x00")
            assert ours.recv(4) == b"\x05\x01\x00\x03"
            name = ours.recv(ours.recv(1)[0]).decode()
            place.asked.append(f"{name}:{int.from_bytes(ours.recv(2), 'big')}")
            if place.down:
                ours.sendall(b"\x05\x05\x00\x01" + bytes(6))
                return
            with socket.create_connection(place.to) as theirs:
                ours.sendall(b"\x05\x00\x00\x01" + bytes(6))
                back = threading.Thread(target=_pump, args=(theirs, ours), daemon=True)
                back.start()
                _pump(ours, theirs)
                back.join(10)

    with _running(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)) as port:
        place.port = port
        yield place


def _pump(source: socket.socket, to: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            to.sendall(data)
        to.shutdown(socket.SHUT_WR)
    except OSError:
        pass


@contextmanager
def _running(server: socketserver.TCPServer) -> Iterator[int]:
    server.daemon_threads = True  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


@contextmanager
def secure_page(body: bytes, cert: str, key: str) -> Iterator[tuple[str, int]]:
    """A server that shows one page by https."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_about: object) -> None:
            pass

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    with _running(server) as port:
        yield "127.0.0.1", port
