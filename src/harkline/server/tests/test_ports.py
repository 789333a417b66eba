"""Sockets that are taken before anything starts."""

import asyncio
import socket

import pytest

from harkline.server import ports
from harkline.server.keys import Endpoint


async def test_answers_leave_at_once() -> None:
    """Nagle's algorithm is off on every accepted connection: otherwise each page waits for the browser's delayed acknowledgement."""
    taken = ports.take(Endpoint("127.0.0.1", 0), "--web")
    accepted: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def came(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        accepted.set_result(writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    async with await asyncio.start_server(came, sock=taken):
        _reader, writer = await asyncio.open_connection(*taken.getsockname())
        assert await asyncio.wait_for(accepted, 5)
        writer.close()


def test_a_port_in_use_is_told_with_its_flag() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(ports.Busy, match=f"{port}.*--web"):
            ports.take(Endpoint("127.0.0.1", port), "--web")
