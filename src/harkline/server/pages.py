"""The web side in this process: uvicorn on a socket that is bound already."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import uvicorn

from harkline.server import asgi
from harkline.server.config import Settings
from harkline.server.live import live

GRACE = 3  # seconds that requests under way have when the server stops


class _Server(uvicorn.Server):
    """Leaves the signals to ``serve``."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Pages:
    """Pages, live streams and the operators' audio sockets."""

    def __init__(self, settings: Settings, sock: socket.socket, audio: asgi.App | None) -> None:
        web = settings.web
        self._sock = sock
        self._server = _Server(
            uvicorn.Config(
                asgi.compose(live, audio),
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=bool(web.trusted_proxies),
                forwarded_allow_ips=[str(one) for one in web.trusted_proxies],
                ssl_certfile=str(web.tls_cert) if web.tls_cert else None,
                ssl_keyfile=str(web.tls_key) if web.tls_key else None,
                timeout_graceful_shutdown=GRACE,
                timeout_keep_alive=15,
                ws_max_size=64 * 1024,
                ws_per_message_deflate=False,
                h11_max_incomplete_event_size=32 * 1024,
                lifespan="on",
            )
        )

    def start(self) -> "asyncio.Task[None]":
        """Begin to answer."""
        return asyncio.create_task(self._server.serve(sockets=[self._sock]), name="pages")

    async def ready(self) -> None:
        """Wait until requests are answered."""
        while not self._server.started:  # noqa: ASYNC110 - uvicorn has a flag and no event
            await asyncio.sleep(0.02)

    async def stop(self) -> None:
        """Finish what is under way, and close. Streams would never end by themselves."""
        live.stop()
        self._server.should_exit = True
        for _turn in range(GRACE * 20):
            if not self._server.started or not self._server.servers:
                return
            await asyncio.sleep(0.05)
