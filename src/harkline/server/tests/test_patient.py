"""Connections that never ask for anything are closed; those that are being answered, or carry sounds, are not."""

import asyncio
from contextlib import suppress

import pytest
import uvicorn

from harkline.server import patient
from harkline.server.patient import Patient


@pytest.fixture
async def port(monkeypatch: pytest.MonkeyPatch):
    """A server with little patience, which answers ``/slow`` after more of it than it has."""
    monkeypatch.setattr(patient, "LOOK", 0.05)

    async def app(scope, receive, send):
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.accept"})
            await receive()
            await send({"type": "websocket.close"})
            return
        if scope["path"] == "/slow":
            await asyncio.sleep(0.6)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})

    server = uvicorn.Server(uvicorn.Config(app, port=0, http=Patient, lifespan="off", log_config=None))
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await task


async def _says(port: int, words: bytes) -> bytes:
    """Whatever comes until the other end closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(words)
    with suppress(ConnectionError):
        return await asyncio.wait_for(reader.read(), 30)
    return b""


@pytest.mark.parametrize("words", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: x\r\nX-A: 1\r\n"])
async def test_who_never_ends_a_request_is_let_go(port: int, words: bytes):
    assert b"200 OK" not in await _says(port, words)


async def test_an_answer_that_takes_long_is_waited_for(port: int):
    assert (await _says(port, b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")).endswith(b"ok")


async def test_a_socket_of_sounds_stays_open(port: int):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    writer.write(f"{head}Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n".encode())
    assert b"101" in await reader.readuntil(b"\r\n\r\n")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(reader.read(1), 0.6)  # nothing is sent, and nothing closes it
    writer.close()
