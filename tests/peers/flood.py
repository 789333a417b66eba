"""Very many browsers at once that run no script: each opens the form and sends it. Raw HTTP over asyncio, a connection a request."""

import asyncio
import re
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

from tests.harness import HOST, hidden

CODE = re.compile(r'id="the-code"')


@dataclass
class Seen:
    """Seconds from sending until the return code was shown, one for each; what was answered instead."""

    took: list[float] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


async def ask(port: int, verb: str, path: str, body: bytes = b"") -> tuple[int, str]:
    """One request on a connection of its own."""
    reader, writer = await asyncio.open_connection(HOST, port)
    head = f"{verb} {path} HTTP/1.1\r\nHost: line.example\r\nAccept-Language: en\r\nConnection: close\r\n"
    if body:
        head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
    writer.write(head.encode() + b"\r\n" + body)
    try:
        answer = await reader.read()
    finally:
        writer.close()
    return int(answer.split(b" ", 2)[1]), answer.partition(b"\r\n\r\n")[2].decode()


async def forms(port: int, number: int, at_once: int = 32) -> list[dict[str, str]]:
    """The hidden fields of so many forms."""
    gate = asyncio.Semaphore(at_once)

    async def one() -> dict[str, str]:
        async with gate:
            return hidden((await ask(port, "GET", "/write"))[1])

    return await asyncio.gather(*(one() for _ in range(number)))


async def send(port: int, given: list[dict[str, str]], seen: Seen) -> None:
    """Send them all at the same moment."""

    async def one(number: int, fields: dict[str, str]) -> None:
        body = urlencode({**fields, "text": f"Flood {number}", "language": "en"}).encode()
        began = time.monotonic()
        try:
            status, page = await ask(port, "POST", "/write", body)
        except OSError as error:
            seen.refused.append(type(error).__name__)
            return
        if status == 200 and CODE.search(page):
            seen.took.append(time.monotonic() - began)
        else:
            seen.refused.append(str(status))

    await asyncio.gather(*(one(number, fields) for number, fields in enumerate(given)))
