"""Slow and large requests before they reach a page."""

import asyncio

import pytest

from harkline.server import arriving
from harkline.server.arriving import Arriving, Gone, Room, expected, gathered


def _scope(path: str = "/code", **headers: str) -> dict:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "method": "POST", "path": path, "headers": raw}


def _pieces(*pieces: bytes):
    left = [{"type": "http.request", "body": one, "more_body": i < len(pieces) - 1} for i, one in enumerate(pieces)]

    async def receive():
        if not left:
            await asyncio.Event().wait()
        return left.pop(0)

    return receive


async def _ask(scope: dict, receive) -> tuple[int, bytes]:
    seen, sent = [], []

    async def pages(scope, receive, send):
        seen.append(await receive() if receive else {})
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message):
        sent.append(message)

    await Arriving(pages)(scope, receive, send)
    return sent[0]["status"], seen[0].get("body", b"") if seen else b""


async def test_a_page_is_asked_when_the_whole_body_is_there():
    assert await _ask(_scope(content_length="6"), _pieces(b"ab", b"cd", b"ef")) == (200, b"abcdef")
    assert await _ask(_scope(transfer_encoding="chunked"), _pieces(b"ab", b"cd")) == (200, b"abcd")


async def test_whoever_says_nothing_more_is_cut_off(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(arriving, "SILENT", 0.01)

    async def receive():
        await asyncio.Event().wait()

    assert await _ask(_scope(content_length="6"), receive) == (408, b"")


async def test_whoever_trickles_is_cut_off(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(arriving, "GRACE", 0.0)
    monkeypatch.setattr(arriving, "SLOWEST", 10**12)
    assert await _ask(_scope(content_length="6"), _pieces(b"a", b"b", b"c")) == (408, b"")


async def test_more_than_is_kept_is_never_kept(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(arriving, "KEPT", 3)
    with pytest.raises(Gone):
        await gathered(_pieces(b"ab", b"cd"))
    # One that says so goes on as it comes: the page answers that it was too much.
    assert await _ask(_scope(content_length="4"), _pieces(b"ab", b"cd")) == (200, b"ab")


def test_no_body_is_expected_without_a_header():
    assert expected(_scope()) == 0
    assert expected(_scope(content_length="x")) == 0
    assert expected(_scope(transfer_encoding="chunked", content_length="4")) == arriving.KEPT


async def test_large_ones_share_room_and_wait_for_it():
    room, order = Room(10), []

    async def one(size: int) -> None:
        await room.take(size)
        order.append(size)

    await one(8)
    waiting = asyncio.create_task(one(5))
    await asyncio.wait([waiting], timeout=0.01)
    assert order == [8]
    await room.take(0)  # small ones never wait
    await room.give(8)
    await waiting
    assert order == [8, 5]
