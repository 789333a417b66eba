"""What the line says. Clips are fetched as they are needed: a recording made a minute ago is heard in the next call."""

from typing import Any, Protocol

from harkline.channels.phone import desk
from harkline.line import prompts
from harkline.runtime import db


class Voice(Protocol):
    """Speaks a prompt by its key: 8 kHz, 16 bits, little-endian."""

    async def say(self, key: str, language: str, /, **values: Any) -> bytes:
        """The clip. Raises KeyError for an unknown key."""
        ...


class Prompts:
    """The line's own prompts."""

    async def say(self, key: str, language: str, /, **values: Any) -> bytes:
        """See ``Voice``. ``nobody`` names the next staffed hour by itself; ``queue_wait`` takes ``place`` and ``minutes``."""
        if key == "nobody":
            return await desk.nobody(language)
        if key == "queue_wait":
            return await db.run(prompts.queue_wait, language, values["place"], values["minutes"])
        return await db.run(prompts.spoken, key, language, **values)
