"""Frames between Harkline and its engine: u32be length | u16be length of head | head (JSON) | body (audio, or nothing)."""

import json
import struct
from asyncio import StreamReader
from typing import Any

LONGEST = 64 * 1024 * 1024
Frame = tuple[dict[str, Any], bytes]


def pack(head: dict[str, Any], body: bytes = b"") -> bytes:
    """One frame, ready to be written."""
    text = json.dumps(head, separators=(",", ":")).encode()
    return struct.pack(">IH", 2 + len(text) + len(body), len(text)) + text + body


def unpack(payload: bytes) -> Frame:
    """The inverse of ``pack``, without the four bytes of length. Raises ValueError."""
    if len(payload) < 2:
        raise ValueError("a frame without a head")
    (size,) = struct.unpack_from(">H", payload)
    if 2 + size > len(payload):
        raise ValueError("a head longer than its frame")
    return json.loads(payload[2 : 2 + size]), payload[2 + size :]


async def read(reader: StreamReader) -> Frame:
    """The next frame. Raises ``asyncio.IncompleteReadError`` at the end of the stream, ValueError for nonsense."""
    (size,) = struct.unpack(">I", await reader.readexactly(4))
    if size > LONGEST:
        raise ValueError("a frame too long")
    return unpack(await reader.readexactly(size))
