"""What uvicorn serves: live endpoints as raw ASGI, pages as WSGI on a fixed pool of threads."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

PAGE_THREADS = 6


def compose(live: App, audio: App | None = None) -> App:
    """One ASGI application of three: ``/live/audio/…`` sockets, ``/live/…`` streams, and everything else as pages."""
    from harkline.server.arriving import Arriving
    from harkline.server.on_threads import OnThreads
    from harkline.server.wsgi import application

    pages: App = Arriving(OnThreads(application, PAGE_THREADS))

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] == "websocket":
            await _socket(audio, scope, receive, send)
        elif scope["path"].startswith("/live/"):
            await live(scope, receive, send)
        else:
            await pages(scope, receive, send)

    return app


async def _socket(audio: App | None, scope: Scope, receive: Receive, send: Send) -> None:
    if audio is not None and scope["path"].startswith("/live/audio/"):
        await audio(scope, receive, send)
        return
    await receive()
    await send({"type": "websocket.close", "code": 4404})


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        else:
            await send({"type": "lifespan.shutdown.complete"})
            return
