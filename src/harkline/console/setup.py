"""The way from ``harkline init`` to an open line: what is done, what is not, and what comes next.

Nothing of this keeps a caller out: whoever reaches the line before set-up is finished is recorded and answered all the same.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from harkline.console import words
from harkline.intake import exclusions
from harkline.line import this
from harkline.line.models import Address
from harkline.people import keys, kit
from harkline.people.kit import State
from harkline.people.models import Operator
from harkline.runtime.apart import apart, listed

PUBLISHED = ("phone", "email")


@dataclass(frozen=True)
class Step:
    """One step. ``state``: ``done``; ``open``: to be done, set-up ends only then; ``advised``: the line opens without it."""

    name: str
    title: str
    state: str
    sentence: str


@dataclass(frozen=True)
class Tried:
    """An address and when somebody last reached the line by it; None: never."""

    address: Address
    at: datetime | None


def steps(viewer: Operator) -> list[Step]:
    """The steps in their order, as far as it exists for the viewer what came by the addresses."""
    return [_line(), _addresses(viewer), _kit(), _operator()]


def next_(found: list[Step]) -> Step | None:
    """The first that is not done, those that must be before those that may wait."""
    left = [one for one in found if one.state != "done"]
    return next((one for one in left if one.state == "open"), left[0] if left else None)


def may_finish(found: list[Step]) -> bool:
    """Whether the line may be called open: nothing that must be done is left."""
    return all(one.state != "open" for one in found)


def finish(viewer: Operator) -> bool:
    """Call set-up finished. False where something that must be done is left; True also for whoever comes second."""
    if not may_finish(steps(viewer)):
        return False
    this.set_up()
    return True


def tried(viewer: Operator) -> list[Tried]:
    """Every number and mail address, with the last attempt by it."""
    rows = [one for one in this.addresses() if one.channel in PUBLISHED]
    return [Tried(one, _last(viewer, one)) for one in rows]


def _last(viewer: Operator, address: Address) -> datetime | None:
    return (
        exclusions.attempts(viewer)
        .filter(address=address)
        .order_by("-arrived_at")
        .values_list("arrived_at", flat=True)
        .first()
    )


def _line() -> Step:
    line = this.line()
    spoken = listed(words.language(code) for code in line.languages)
    sentence = _("“%(name)s”, in %(languages)s; hours are told in %(zone)s.")
    given = {"name": line.name, "languages": spoken, "zone": line.timezone}
    return Step("line", _("Name and languages"), "done", sentence % given)


def _addresses(viewer: Operator) -> Step:
    title, rows = _("Addresses"), tried(viewer)
    if not rows:
        return Step("addresses", title, "advised", _("The page alone: no number and no mail address yet."))
    never = [one.address.value for one in rows if one.at is None]
    if never:
        sentence = _("Not tried yet: %(values)s. Reach each once from outside, as a caller would.")
        return Step("addresses", title, "advised", sentence % {"values": listed(apart(one) for one in never)})
    return Step("addresses", title, "done", _("Each was reached from outside: %(number)s.") % {"number": len(rows)})


def _kit() -> Step:
    title, state = _("Recovery kit"), kit.state()
    if state in (State.GOOD, State.DRILL_DUE, State.INCOMPLETE):
        return Step("kit", title, "done", _("Printed, and two of its pages typed back."))
    if state == State.UNCONFIRMED:
        return Step("kit", title, "open", _("Made. It counts once two of its pages were typed back."))
    return Step("kit", title, "open", _("Five pages to print: without them, forgotten passphrases lose everything."))


def _operator() -> Step:
    title, readers = _("First operator"), keys.readers_now()
    if len(readers) > 1:
        return Step("operator", title, "done", _("%(number)s can answer and read.") % {"number": len(readers)})
    if Operator.objects.filter(is_active=True).count() > 1:
        sentence = _("Invited. They accept the link, then you give them the team’s key on the page “People”.")
        return Step("operator", title, "advised", sentence)
    return Step("operator", title, "advised", _("You are alone: whoever calls while you sleep leaves a message."))
