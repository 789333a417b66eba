"""Connections that open and then say nothing, or never end their headers, are closed: uvicorn itself would keep them for ever."""

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

LOOK = 10.0  # seconds between two looks
LOOKS = 3  # without a whole request, after which a connection is closed


class Patient(H11Protocol):
    """HTTP/1.1 with an end to patience. While a request is answered, however long it takes, a connection stays."""

    _idle = 0
    _next: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._next = self.loop.call_later(LOOK, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._next:
            self._next.cancel()
        super().connection_lost(exc)

    def _look(self) -> None:
        # A socket of sounds has been handed to another protocol.
        if self.transport.is_closing() or self.transport.get_protocol() is not self:
            return
        working = self.cycle is not None and not self.cycle.response_complete
        self._idle = 0 if working else self._idle + 1
        if self._idle >= LOOKS:
            self.transport.close()
        else:
            self._next = self.loop.call_later(LOOK, self._look)
