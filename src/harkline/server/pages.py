"""The web side in this process: uvicorn on a socket that is bound already."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator, Mapping

import uvicorn

from harkline.server import asgi
from harkline.server.config import Settings
from harkline.server.doors import Door, guard
from harkline.server.live import live
from harkline.server.patient import Patient

GRACE = 3  # seconds that requests under way have when the server stops


class _Server(uvicorn.Server):
    """Leaves the signals to ``serve``."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Pages:
    """Pages, live streams and the operators' audio sockets: a socket for each door."""

    def __init__(self, settings: Settings, socks: Mapping[Door, socket.socket], audio: asgi.App | None) -> None:
        app = asgi.compose(live, audio)
        self._servers = [
            (_server(settings, guard(app, door), here=not door.host), sock) for door, sock in socks.items()
        ]
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> "list[asyncio.Task[None]]":
        """Begin to answer."""
        self._tasks = [asyncio.create_task(one.serve(sockets=[sock]), name="pages") for one, sock in self._servers]
        return self._tasks

    async def ready(self) -> None:
        """Wait until requests are answered."""
        while not all(one.started for one, _sock in self._servers):  # noqa: ASYNC110 - uvicorn has a flag and no event
            await asyncio.sleep(0.02)

    async def stop(self) -> None:
        """Finish what is under way, and close. Streams would never end by themselves."""
        live.stop()
        for one, _sock in self._servers:
            one.should_exit = True
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=GRACE + 1)


def _server(settings: Settings, app: asgi.App, *, here: bool) -> _Server:
    # Tor hands in plain HTTP, and nothing that it hands in says truly how or from where it came.
    web = settings.web
    return _Server(
        uvicorn.Config(
            app,
            http=Patient,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=here and bool(web.trusted_proxies),
            forwarded_allow_ips=[str(one) for one in web.trusted_proxies],
            ssl_certfile=str(web.tls_cert) if here and web.tls_cert else None,
            ssl_keyfile=str(web.tls_key) if here and web.tls_key else None,
            timeout_graceful_shutdown=GRACE,
            timeout_keep_alive=15,
            ws_max_size=64 * 1024,
            ws_per_message_deflate=False,
            h11_max_incomplete_event_size=32 * 1024,
            lifespan="on",
        )
    )
