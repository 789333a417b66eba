"""The public address, where this host stands behind a NAT that forwards the same ports.

The SIP library asks a STUN server (RFC 8489) under what address it is seen. With ``public_address`` set, the server it asks is
this one, which listens on this host and answers with the address of the settings and the very port that asked. Nobody outside
learns that a call is being set up, and the NAT's own idea of the address does not matter.
"""

import asyncio
import ipaddress
import struct
from typing import Any

MAGIC = 0x2112A442
REQUEST, SUCCESS, XOR_MAPPED = 0x0001, 0x0101, 0x0020


def answer(request: bytes, public: str, port: int) -> bytes:
    """The response to a binding request; empty for anything else. Pure."""
    if len(request) < 20 or struct.unpack_from(">HHI", request)[::2] != (REQUEST, MAGIC):
        return b""
    address = ipaddress.ip_address(public)
    mask = struct.pack(">I", MAGIC) + request[8:20]
    hidden = bytes(a ^ b for a, b in zip(address.packed, mask, strict=False))
    value = struct.pack(">BBH", 0, 1 if address.version == 4 else 2, port ^ (MAGIC >> 16)) + hidden
    attribute = struct.pack(">HH", XOR_MAPPED, len(value)) + value
    return struct.pack(">HHI", SUCCESS, len(attribute), MAGIC) + request[8:20] + attribute


class _Answerer(asyncio.DatagramProtocol):
    def __init__(self, public: str) -> None:
        self.public = public

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, address: Any) -> None:
        if reply := answer(data, self.public, address[1]):
            self.transport.sendto(reply, address)


async def serve(public: str, host: str) -> tuple[str, ...]:
    """Answer on ``host`` for as long as the loop runs; returns the account parameters that make the library ask there."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: _Answerer(public), local_addr=(host, 0))
    port = transport.get_extra_info("sockname")[1]
    return ("medianat=stun", f"stunserver=stun:{host}:{port}")
