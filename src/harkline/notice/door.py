"""The notice as others may use it: what is signed now, what it lists, how it is compared, and whether an address is on it.

Channels, the console and print know this module alone. Everything here is read from the signed version itself.
"""

from dataclasses import dataclass
from datetime import datetime

from harkline.line import this
from harkline.notice import draft, policy, publish
from harkline.runtime import clock
from harkline_verify import asked
from harkline_verify.notice import CLOSED, EMERGENCY, OPEN, SUCCEEDED, Address, Hours, Standing, Successor

__all__ = [
    "CLOSED", "EMERGENCY", "OPEN", "SUCCEEDED", "Address", "Answer", "Hours", "Present", "Standing", "Successor",
    "answer", "listens", "mark", "present", "standing", "state",
]  # fmt: skip


@dataclass(frozen=True)
class Present:
    """The newest signed version. ``url`` is the public page of the list, ``genuine_url`` the page that answers "is this genuine?",
    ``json_url`` the signed list for programs; all three empty where the line has no public address. ``key`` is a C2SP verifier key."""

    serial: int
    line: str
    languages: tuple[str, ...]
    timezone: str
    issued_at: datetime
    until: datetime
    addresses: tuple[Address, ...]
    check_words: tuple[str, ...]
    check_number: str
    key: str
    standing: Standing
    note: str
    digest: str
    url: str
    genuine_url: str
    json_url: str

    @property
    def valid(self) -> bool:
        """Whether its time has not run out."""
        return clock.now() < self.until


@dataclass(frozen=True)
class Answer:
    """Whether something that was typed is genuine. ``address`` is the one that was meant, in its full form. ``verdict``: ``genuine``;
    ``new`` (ours, and not in the signed list yet); ``ours_no_more`` (in the signed list, and taken away since); ``unknown``."""

    verdict: str
    address: Address | None = None
    exact: bool = True

    @property
    def genuine(self) -> bool:
        """Whether it may be relied on."""
        return self.verdict == "genuine"


def present() -> Present | None:
    """The newest signed version; None before the first."""
    row = publish.newest()
    if row is None:
        return None
    body, page = publish.read(row).body, policy.present().page.rstrip("/")
    return Present(
        serial=row.serial,
        line=body.line,
        languages=body.languages,
        timezone=body.timezone,
        issued_at=row.issued_at,
        until=row.until,
        addresses=body.addresses,
        check_words=tuple(row.check_words.split()),
        check_number=row.check_number,
        key=str(body.key),
        standing=body.standing,
        note=row.note,
        digest=row.digest,
        url=f"{page}/notice" if page else "",
        genuine_url=f"{page}/genuine" if page else "",
        json_url=f"{page}/.well-known/harkline-notice.json" if page else "",
    )


def standing() -> Standing:
    """What the line says of itself: open, closed (from a moment), closed at once, succeeded."""
    return publish.standing()


def state() -> str:
    """What holds at this moment: ``OPEN``, ``CLOSED``, ``EMERGENCY`` or ``SUCCEEDED``."""
    return standing().at(clock.now())


def mark() -> tuple[int, str]:
    """What a page that is kept depends on: the version, and what holds of the line."""
    serial, said = publish.told()
    return serial, said.at(clock.now())


def answer(typed: str) -> Answer:
    """Is it genuine? Held against the signed list and against the addresses as they are at this moment. Nothing is written down."""
    row, now = publish.newest(), draft.addresses()
    listed = publish.read(row).body.addresses if row else ()
    found, live = asked.match(typed, listed), asked.match(typed, now)
    if found and (live or _is_page(found.address)):
        return Answer("genuine", found.address, found.exact)
    if found:
        return Answer("ours_no_more", found.address, found.exact)
    return Answer("new", live.address, live.exact) if live else Answer("unknown")


def _is_page(one: Address) -> bool:
    return one.channel == "page" and one.value.startswith(policy.present().page or " ")


def listens(one: Address, at: datetime | None = None) -> bool:
    """Whether somebody listens at an address at a moment, by its hours."""
    if not one.hours:
        return True
    local = (at or clock.now()).astimezone(this.zone())
    days = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
    today, yesterday, time = days[local.weekday()], days[local.weekday() - 1], f"{local:%H:%M}"
    return any(_within(some, today, yesterday, time) for some in one.hours)


def _within(some: Hours, today: str, yesterday: str, time: str) -> bool:
    if some.opens < some.closes:
        return today in some.days and some.opens <= time < some.closes
    # It runs past midnight: the evening's part, and what is left of the evening before.
    return (today in some.days and time >= some.opens) or (yesterday in some.days and time < some.closes)
