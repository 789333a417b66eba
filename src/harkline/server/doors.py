"""Three doors into the same pages: the open network, the public's onion address, the operators' onion address.

Each onion address has a socket of its own, so that nobody comes by one and says that it was the other: which door it is follows
from the socket, never from what a client sends. The name in ``Host`` is then only checked.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponseBase
from django.http.request import split_domain_port
from django.shortcuts import redirect

from harkline.channels.web import place
from harkline.server.asgi import App, Receive, Scope, Send
from harkline.server.config_onion import Onion
from harkline.server.middleware import Handler, is_private

KEY = "harkline.door"
PUBLIC_STREAM = "/live/thread"
MISDIRECTED = 421  # RFC 9110, 15.5.20


@dataclass(frozen=True)
class Door:
    """``host`` is the only name that is answered here, any where it is empty. ``public`` and ``console``: which pages are."""

    host: str = ""
    public: bool = True
    console: bool = True


@dataclass(frozen=True)
class Doors:
    """What holds for this process."""

    here: Door = Door()
    public: Door | None = None
    operators: Door | None = None


_present = Doors()


def present() -> Doors:
    """What holds now."""
    return _present


def use(doors: Doors) -> None:
    """Put it in force, for this process."""
    global _present
    _present = doors


def of(settings: Onion) -> Doors:
    """The doors that the settings ask for."""
    return Doors(
        Door(console=settings.console_elsewhere or not settings.operators),
        Door(settings.public, console=False) if settings.public else None,
        Door(settings.operators, public=False) if settings.operators else None,
    )


def guard(app: App, door: Door) -> App:
    """Mark what comes by this door; refuse other hosts' names, and streams that have no place here."""

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await app(scope, receive, send)
        elif (status := _refusal(scope, door)) == 0:
            await app({**scope, KEY: door}, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 4404})
        else:
            await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
            await send({"type": "http.response.body", "body": b""})

    return guarded


def _refusal(scope: Scope, door: Door) -> int:
    host = next((value for name, value in scope["headers"] if name == b"host"), b"").decode("latin-1")
    if door.host and split_domain_port(host)[0] != door.host:
        return MISDIRECTED
    if not scope["path"].startswith("/live/"):
        return 0
    return 0 if (door.public if scope["path"] == PUBLIC_STREAM else door.console) else 404


class ByDoor:
    """Shows only the pages of the door by which a request came, and tells browsers of the onion address.

    A request without a mark (the open network's socket) that names the public's onion address is treated as if it had come by it:
    that shows less, never more.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        door = _door(request)
        with place.at(door.host if door.host and door.public else place.CLEARNET):
            response = self.get_response(request)
        if door.host:
            # An onion address is encrypted end to end without https; a cookie that wants https would never come back.
            for cookie in response.cookies.values():
                cookie["secure"] = ""
        elif (onion := present().public) and request.method in ("GET", "HEAD") and not is_private(request):
            response.headers["Onion-Location"] = f"http://{onion.host}{request.get_full_path()}"
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: object, kwargs: object
    ) -> HttpResponseBase | None:
        door, private = _door(request), is_private(request)
        if door.console if private else door.public:
            return None
        if not private and request.path_info == "/":
            return redirect("/console")
        raise Http404


def _door(request: HttpRequest) -> Door:
    scope = request.META.get("asgi.scope") or {}
    doors = present()
    door: Door = scope.get(KEY) or doors.here
    named = split_domain_port(request.META.get("HTTP_HOST", ""))[0]
    return doors.public if doors.public and not door.host and named == doors.public.host else door
