"""Cuts a reply into numbered messages that fit. Pure; ``static/console/on_air.js`` counts in the same way."""

from harkline.channels.radio.aprs.wire import TEXT

_NUMBERED = len("1/2 ")


class TooLong(ValueError):
    """It would take more messages than are allowed. ``needed`` of them."""

    def __init__(self, needed: int) -> None:
        super().__init__(needed)
        self.needed = needed


def split(text: str, most: int) -> list[str]:
    """One message of at most 67 bytes, or up to ``most`` (nine at most) that begin with ``1/3``. Cut between words where that is
    possible, and never within a character. Raises TooLong.

    >>> split("We have your message.", 4)
    ['We have your message.']
    """
    plain = " ".join(text.split())
    if len(plain.encode()) <= TEXT:
        return [plain]
    pieces = _pieces(plain, TEXT - _NUMBERED)
    if len(pieces) > min(most, 9):
        raise TooLong(len(pieces))
    return [f"{number}/{len(pieces)} {piece}" for number, piece in enumerate(pieces, 1)]


def _pieces(plain: str, room: int) -> list[str]:
    found = [""]
    for word in plain.split(" "):
        joined = f"{found[-1]} {word}".strip()
        if len(joined.encode()) <= room:
            found[-1] = joined
            continue
        *full, last = _cut(word, room)
        found += [*full, last]
    return [one for one in found if one]


def _cut(word: str, room: int) -> list[str]:
    """A word in pieces of at most ``room`` bytes."""
    found = [""]
    for sign in word:
        if len((found[-1] + sign).encode()) > room:
            found.append("")
        found[-1] += sign
    return found
