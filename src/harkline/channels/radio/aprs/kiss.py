"""KISS framing between this program and a modem (M. Chepponis and P. Karn, 1987). Pure: bytes in, bytes out."""

from collections.abc import Iterator

FEND, FESC, TFEND, TFESC = b"\xc0", b"\xdb", b"\xdc", b"\xdd"
DATA, TX_DELAY, TX_TAIL = 0, 1, 4
LONGEST = 4096  # bytes between two marks; an AX.25 frame has some 330


def frame(content: bytes, kind: int = DATA, port: int = 0) -> bytes:
    """A frame, or a parameter, for one of the modem's ports.

    >>> frame(b"a" + FEND)
    b'\\xc0\\x00a\\xdb\\xdc\\xc0'
    """
    escaped = content.replace(FESC, FESC + TFESC).replace(FEND, FESC + TFEND)
    return FEND + bytes([port << 4 | kind]) + escaped + FEND


class Unframer:
    """What a modem sends, cut into frames. What has no end within ``LONGEST`` bytes is left out: it is no frame."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._lost = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The data frames that are whole now, of any port."""
        *whole, rest = (bytes(self._buffer) + data).split(FEND)
        for one in whole:
            lost, self._lost = self._lost, False
            if not lost and 1 < len(one) <= LONGEST and one[0] & 0x0F == DATA:
                yield _plain(one[1:])
        self._lost = self._lost or len(rest) > LONGEST
        self._buffer = bytearray() if self._lost else bytearray(rest)


def _plain(escaped: bytes) -> bytes:
    return escaped.replace(FESC + TFEND, FEND).replace(FESC + TFESC, FESC)
