"""One mail while it arrives over SMTP: where it ends, and how much of it fits. Pure."""

import contextlib
import re

_LONE_STOP = re.compile(rb"[\r\n]\.[\r\n]")
_END = b"\r\n.\r\n"


class Room:
    """How many bytes of mail may be in memory at once."""

    def __init__(self, limit: int) -> None:
        self._free = limit

    def take(self, size: int) -> bool:
        """Whether there is room; if so, it is taken."""
        if size > self._free:
            return False
        self._free -= size
        return True

    def give(self, size: int) -> None:
        """It is free again."""
        self._free += size


class Arrival:
    """The bytes of one mail, as they come."""

    def __init__(self, limit: int, room: Room) -> None:
        self.ended = self.too_large = self.no_room = False
        self._limit, self._room, self._taken = limit, room, 0
        self._data = bytearray(b"\r\n")  # so that an end mark on the first line is found like any other

    def feed(self, chunk: bytes) -> bytes:
        """Take a chunk; returns what came behind the end mark."""
        seen = max(0, len(self._data) - len(_END) + 1)
        self._data += chunk
        end = self._data.find(_END, seen)
        self.ended = end >= 0
        rest = bytes(self._data[end + len(_END) :]) if self.ended else b""
        if self.ended:
            del self._data[end + 2 :]
        self._bound(len(chunk))
        return rest

    def _bound(self, more: int) -> None:
        if not self.too_large and not self.no_room and self._room.take(more):
            self._taken += more
            self.too_large = len(self._data) > self._limit + 2
        else:
            self.no_room = not self.too_large
        if self.too_large or self.no_room:
            # Read on to the end, as the protocol wants, and keep nothing but what could begin the end mark.
            del self._data[: -(len(_END) - 1)]

    def lone_stop(self) -> bool:
        """Whether a full stop stands alone between line ends that are not CR LF: another server might take it for the end of
        the mail, and what follows for commands (SMTP smuggling)."""
        return _LONE_STOP.search(self._data) is not None

    def raw(self) -> bytes:
        """The mail without the stops that SMTP adds (RFC 5321, 4.5.2)."""
        return bytes(self._data.replace(b"\r\n.", b"\r\n")[2:])

    def done(self) -> None:
        """Free the memory."""
        with contextlib.suppress(BufferError):
            self._data.clear()
        self._room.give(self._taken)
        self._taken = 0
