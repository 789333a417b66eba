"""Pages on threads: WSGI as it is written (PEP 3333), over ASGI."""

import threading
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from harkline.server.on_threads import WHOLE, OnThreads

SCOPE = {
    "type": "http", "http_version": "1.1", "method": "POST", "path": "/\u067e", "query_string": b"a=%D9%BE", "scheme": "http",
    "server": ("line.example", 80), "client": ("192.0.2.7", 4711),
    "headers": [(b"content-type", b"text/plain"), (b"content-length", b"6"), (b"cookie", b"a=1"), (b"cookie", b"b=2"), (b"x_forwarded_for", b"evil")],
}  # fmt: skip


async def asks(application: Any, *bodies: bytes) -> list[dict[str, Any]]:
    messages = [{"type": "http.request", "body": one, "more_body": True} for one in bodies]
    messages[-1]["more_body"] = False
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return messages.pop(0)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await OnThreads(application, 2)(SCOPE, receive, send)
    return sent


class Answers:
    """An application that answers with what it is given; notes what it saw and whether it was closed."""

    def __init__(self, pieces: Callable[[], Iterable[bytes]]) -> None:
        self.pieces, self.closed = pieces, 0
        self.seen: dict[str, Any] = {}
        self.body = b""

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> "Answers":
        self.seen, self.thread = environ, threading.current_thread().name
        self.body = environ["wsgi.input"].read()
        start_response("201 Created", [("Content-Type", "text/plain"), ("Set-Cookie", "a"), ("Set-Cookie", "b")])
        return self

    def __iter__(self):
        return iter(self.pieces())

    def close(self) -> None:
        self.closed += 1


async def test_a_small_answer_goes_whole():
    app = Answers(lambda: [b"one ", b"two"])
    start, body = await asks(app, b"hello!")
    assert (start["status"], start["headers"]) == (
        201,
        [(b"content-type", b"text/plain"), (b"set-cookie", b"a"), (b"set-cookie", b"b")],
    )
    assert (body["body"], body["more_body"]) == (b"one two", False)
    assert (app.body, app.closed) == (b"hello!", 1)
    assert app.thread.startswith("page")
    assert app.seen["PATH_INFO"] == "/\u067e".encode().decode("latin-1")
    assert app.seen["QUERY_STRING"] == "a=%D9%BE"
    assert app.seen["HTTP_COOKIE"] == "a=1; b=2"
    assert app.seen["REMOTE_ADDR"] == "192.0.2.7"
    assert "HTTP_X_FORWARDED_FOR" not in app.seen


async def test_a_large_answer_and_a_large_body_go_by_pieces():
    app = Answers(lambda: (bytes([65 + i]) * WHOLE for i in range(3)))
    _start, *rest = await asks(app, b"a" * 70_000, b"b" * 70_000, b"")
    assert b"".join(one["body"] for one in rest) == b"A" * WHOLE + b"B" * WHOLE + b"C" * WHOLE
    assert [one["more_body"] for one in rest] == [True, True, True, False]
    assert app.body == b"a" * 70_000 + b"b" * 70_000
    assert app.closed == 1


async def test_one_that_breaks_off_is_closed():
    def breaks() -> Iterable[bytes]:
        yield b"a" * WHOLE
        raise OSError("gone")

    app = Answers(breaks)
    with pytest.raises(OSError, match="gone"):
        await asks(app, b"x")
    assert app.closed == 1


async def test_whoever_is_gone_before_the_body_has_come_is_not_answered():
    app = Answers(lambda: [])

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    await OnThreads(app, 1)(SCOPE, receive, None)  # type: ignore[arg-type]
    assert app.seen == {}
