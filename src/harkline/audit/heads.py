"""The daily head: where the chain ended, told to the outside, so that nothing before it can be changed unnoticed.

A head says how many records there are and their last link; nothing of what they say.
"""

import os
import re
from datetime import date
from pathlib import Path

from django.db import transaction

from harkline.audit import chain, links
from harkline.audit.models import Head, Record
from harkline.audit.words import Act, Subject
from harkline.runtime import clock

FOLDER = "audit-heads"
_FORM = re.compile(r"^record: (\d{1,18})$.*?^link: ([0-9a-f ]{64,80})$", re.MULTILINE | re.DOTALL)
_SHEET = re.compile(r"^(?:day: [0-9-]{10}\s+)?link: ((?:[0-9a-f]{8} ?){8})$")


def take(day: date | None = None) -> Head:
    """This day's head, made when it is first asked for. Its own record comes first, so that there is one every day."""
    day = day or clock.now().date()
    with transaction.atomic():
        found = Head.objects.filter(day=day).first()
        if found:
            return found
        chain.record(Act.HEAD_EXPORTED, Subject.AUDIT, day.isoformat(), actor_id=None)
        return now_at(day)


def now_at(day: date) -> Head:
    """Keep the chain's present end as this day's head, in the place of an earlier one."""
    at = chain.state()
    assert at is not None
    row, _new = Head.objects.update_or_create(day=day, defaults={"sequence": at.sequence, "link": at.link})
    return row


def text(row: Head) -> str:
    """A head as it is written on paper, into a file and into a mail: ``record: N`` and ``link: 64 hexadecimal digits``."""
    return f"day: {row.day.isoformat()}\nrecord: {row.sequence}\nlink: {grouped(bytes(row.link))}\n"


def grouped(raw: bytes) -> str:
    """Hexadecimal in groups of eight, to be read aloud and compared."""
    told = raw.hex()
    return " ".join(told[at : at + 8] for at in range(0, len(told), 8))


def parse(written: str) -> links.Told:
    """A head as ``text`` writes it, as a sheet has it (``link: …`` alone), or ``N LINK`` on one line. A sheet's record is looked up
    by its link: -1 where no record has it. Raises ValueError."""
    if sheet := _SHEET.search(written.strip()):
        link = bytes.fromhex(sheet[1].replace(" ", ""))
        row = Record.objects.filter(link=link).first()
        return links.Told(row.sequence if row else -1, link)
    found = _FORM.search(written.strip()) or re.fullmatch(r"(\d{1,18})[\s:]+([0-9a-f ]{64,80})", written.strip())
    digits = found[2].replace(" ", "") if found else ""
    if not found or len(digits) != 64:
        raise ValueError("not a head: “record: N” and “link: …” with 64 hexadecimal digits")
    return links.Told(int(found[1]), bytes.fromhex(digits))


def write(row: Head, data: Path) -> Path:
    """Into DIR/audit-heads/, from where it is to be taken away. Whole or not at all: a crash leaves the file of before."""
    folder = data / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"{row.day.isoformat()}.txt"
    fresh = path.with_suffix(".new")
    with fresh.open("w", encoding="ascii") as file:
        file.write(text(row))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    return path


def written(data: Path) -> list[links.Told]:
    """The heads in that folder. They prove something only against the copies that have left the host."""
    return [parse(path.read_text(encoding="ascii")) for path in sorted((data / FOLDER).glob("*.txt"))]
