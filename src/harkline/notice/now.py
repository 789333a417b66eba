"""Is somebody there now, in which languages, and how long it takes: what the public page says, and nothing it does not know."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import get_language_info

from harkline.intake.models import Contact
from harkline.line import this
from harkline.routing import lines
from harkline.runtime import clock

RECENT = timedelta(hours=2)
ENOUGH = 5  # waits; fewer tell nothing
LONGEST = 20


@dataclass(frozen=True)
class Spoken:
    """A language of the line: its code, its own name, and whether somebody who speaks it is on duty."""

    code: str
    name: str
    on_duty: bool


@dataclass(frozen=True)
class Now:
    """The line at this moment. ``wait`` is in whole minutes, at least 1, None where too little is known; ``next_at`` is in the
    line's own time zone, None while somebody is here or where no shift is planned."""

    languages: list[Spoken]
    wait: int | None
    next_at: datetime | None

    @property
    def open(self) -> bool:
        """Whether anybody is on duty at all."""
        return any(one.on_duty for one in self.languages)

    @property
    def here(self) -> list[Spoken]:
        """The languages in which somebody is on duty."""
        return [one for one in self.languages if one.on_duty]

    @property
    def absent(self) -> list[Spoken]:
        """The others."""
        return [one for one in self.languages if not one.on_duty]


def now() -> Now:
    """Look it up."""
    line = this.line()
    spoken = [
        Spoken(code, str(get_language_info(code)["name_local"]), lines.anybody_on_duty(code)) for code in line.languages
    ]
    here = any(one.on_duty for one in spoken)
    next_at = None if here else lines.next_staffed(clock.now())
    return Now(spoken, usual_wait() if here else None, next_at.astimezone(this.zone()) if next_at else None)


def usual_wait() -> int | None:
    """The median wait, in minutes rounded up, of those who were live and answered in the last two hours."""
    rows = Contact.objects.filter(live=True, accepted_at__gte=clock.now() - RECENT).order_by("-accepted_at")[:LONGEST]
    waits = sorted((row.accepted_at - row.arrived_at).total_seconds() for row in rows if row.accepted_at is not None)
    if len(waits) < ENOUGH:
        return None
    return max(1, -(-int(waits[len(waits) // 2]) // 60))
