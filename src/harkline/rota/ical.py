"""A calendar feed as text (RFC 5545). Pure. An event says when, under a title that says nothing; no place, no people, no words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

LINE = 75  # octets of a content line before it is folded (RFC 5545, 3.1)


@dataclass(frozen=True)
class Event:
    """``uid`` never changes for the same event. Moments are aware."""

    uid: str
    begins: datetime
    ends: datetime
    stamp: datetime


def calendar(title: str, events: Iterable[Event]) -> bytes:
    """The whole feed: CRLF, UTF-8, folded."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Desk//Desk//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    lines += [f"X-WR-CALNAME:{escaped(title)}", "REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H"]
    for event in events:
        lines += ["BEGIN:VEVENT", f"UID:{escaped(event.uid)}", f"DTSTAMP:{_moment(event.stamp)}"]
        lines += [f"DTSTART:{_moment(event.begins)}", f"DTEND:{_moment(event.ends)}"]
        lines += [f"SUMMARY:{escaped(title)}", "CLASS:PRIVATE", "TRANSP:OPAQUE", "END:VEVENT"]
    lines.append("END:VCALENDAR")
    return "".join(f"{folded(line)}\r\n" for line in lines).encode()


def escaped(text: str) -> str:
    """A TEXT value (3.3.11): backslash, semicolon, comma and line breaks; other control characters are dropped."""
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")
    return "".join(char for char in text if char == "\t" or (char >= " " and char != "\x7f"))


def folded(line: str) -> str:
    """A content line in pieces of at most 75 octets, none of which cuts a character in two (3.1)."""
    pieces: list[str] = []
    piece, size = "", 0
    for char in line:
        octets = len(char.encode())
        if size + octets > (LINE if not pieces else LINE - 1):  # the space before a further piece counts
            pieces.append(piece)
            piece, size = "", 0
        piece += char
        size += octets
    return "\r\n ".join([*pieces, piece])


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
