"""Sentences about the figures, proven for good. What would say something of one caller is refused, with the reason.

A claim needs the days' sums alone: entries stay closed, also when all that opens them is long gone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from harkline.audit import chain
from harkline.audit.words import Act, Subject
from harkline.count import policy, sequence
from harkline.count.models import Batch, Claim, Log
from harkline.runtime import bell, clock
from harkline.runtime.apart import apart
from harkline_verify import claims as proofs
from harkline_verify import group, rules
from harkline_verify.rules import Reason, Span

EXACTLY, AT_LEAST = "eq", "ge"
TRIES = 5
REASONS: dict[Reason, Any] = {
    Reason.SMALL_TOTAL: gettext_lazy(
        "It is fewer than %(cell)s: a figure this small could say something of one caller."
    ),
    Reason.SMALL_REST: gettext_lazy(
        "Fewer than %(cell)s further contacts remain: who knows the rest would learn something of one caller."
    ),
    Reason.SHORT_SPAN: gettext_lazy("An exact figure is over 7 days at least. Choose more days, or “at least”."),
    Reason.OVERLAP: gettext_lazy(
        "An exact figure of days that partly overlap is published already: the difference could say something of one caller."
    ),
}


class Refused(Exception):
    """Why a claim is not made: sentences for people."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = list(reasons)


@dataclass(frozen=True)
class Asked:
    """What somebody would claim. ``value`` is for ``ge`` alone; an exact figure is what it is."""

    column: int
    first: date
    last: date
    relation: str
    value: int = 0


@dataclass(frozen=True)
class Preview:
    """What would be said and what that tells, before it is for ever. ``total`` is the line's own knowledge."""

    asked: Asked
    value: int
    total: int
    sentence: str
    reveals: list[str]
    refused: list[str]


@dataclass(frozen=True)
class _Sums:
    batches: list[Batch]
    total: int
    blinding: int
    leaves: int
    rest: int  # further contacts


def sentence(relation: str, value: int, first: date, last: date, wording: str) -> str:
    """The claim in words, as pages and feeds have it."""
    said = {
        "value": value,
        "first": apart(first.isoformat()),
        "last": apart(last.isoformat()),
        "wording": apart(wording),
    }
    if relation == EXACTLY:
        return _("Exactly %(value)s entries between %(first)s and %(last)s are marked “%(wording)s”.") % said
    return _("At least %(value)s entries between %(first)s and %(last)s are marked “%(wording)s”.") % said


def of(row: Claim) -> str:
    """The sentence of a claim in the log."""
    return sentence(row.relation, row.value, row.first.day, row.last.day, wording(row.column))


def wording(column: int) -> str:
    """What a column says, as it stands in the log."""
    row = sequence.log()
    return sequence.schema(row).columns[column].wording if row else ""


def span() -> tuple[date, date] | None:
    """The first and the last day that can be claimed; None before the first batch."""
    first, last = Batch.objects.order_by("day").first(), Batch.objects.order_by("day").last()
    return (first.day, last.day) if first and last else None


def preview(asked: Asked) -> Preview:
    """Sentence, what it reveals, and why it would be refused. Raises Refused where there is nothing to say yet."""
    sums = _sums(asked)
    value = sums.total if asked.relation == EXACTLY else asked.value
    said = sentence(asked.relation, value, asked.first, asked.last, wording(asked.column))
    return Preview(asked, value, sums.total, said, _reveals(asked), _refusals(asked, value, sums))


def _reveals(asked: Asked) -> list[str]:
    days = (asked.last - asked.first).days + 1
    if asked.relation == EXACTLY:
        first = _("Everybody learns the exact total of these %(days)s days, and no part of it.") % {"days": days}
    else:
        first = _(
            "Everybody learns that there are that many or more. The exact total stays hidden, also from later computers."
        )
    return [
        first,
        _("It stands in the log for ever. It cannot be taken back, changed or raised; a higher figure is a new claim."),
    ]


def _refusals(asked: Asked, value: int, sums: _Sums) -> list[str]:
    cell = sequence.MIN_CELL
    if asked.relation == EXACTLY:
        found = rules.against_exactly(value, sums.rest, Span(asked.first, asked.last), _earlier(asked.column), cell)
    else:
        found = rules.against_at_least(value, sums.rest + sums.total - value, cell)
    said = [str(REASONS[one]) % {"cell": cell} for one in found]
    if asked.relation == AT_LEAST and value > sums.total:
        said.append(_("It is not so: there are fewer. Nobody can prove it."))
    return said


def _earlier(column: int) -> list[Span]:
    rows = Claim.objects.filter(column=column, relation=EXACTLY).values_list("first__day", "last__day")
    return [Span(first, last) for first, last in rows]


def _sums(asked: Asked) -> _Sums:
    if asked.relation not in (EXACTLY, AT_LEAST) or not 0 <= asked.column < len(policy.present().columns):
        raise Refused([_("Choose what is claimed, and whether exactly or at least.")])
    batches = list(Batch.objects.filter(day__gte=asked.first, day__lte=asked.last).order_by("day"))
    if not batches or (batches[0].day, batches[-1].day) != (asked.first, asked.last):
        raise Refused([_("Not all of these days are in the log yet. A day is entered on the morning after it.")])
    opened = [sequence.sums(one) for one in batches]
    total = sum(totals[asked.column] for totals, _blinds in opened)
    blinding = sum(blinds[asked.column] for _totals, blinds in opened) % group.Q
    leaves = sum(one.count for one in batches)
    contacts = sum(totals[0] for totals, _blinds in opened)
    return _Sums(batches, total, blinding, leaves, _rest(asked.column, total, contacts, leaves))


def _rest(column: int, total: int, contacts: int, leaves: int) -> int:
    """Further contacts: those that are no 1 in the column. Of all contacts, what remains are the entries that hide them."""
    if column == 0:
        return leaves - total
    return contacts if policy.present().columns[column].name == "abandoned" else max(0, contacts - total)


def make(asked: Asked, operator_id: int | None) -> Claim:
    """Prove it and append it. Raises Refused. A crash before the commit leaves nothing; after it the claim stands, and the next
    round shows it."""
    for _try in range(TRIES):
        found = preview(asked)
        if found.refused:
            raise Refused(found.refused)
        if row := _append(asked, found.value, operator_id):
            return row
    raise Refused([_("The log is stopped, or busy. Nothing was claimed; see the page “Health”.")])


def _append(asked: Asked, value: int, operator_id: int | None) -> Claim | None:
    log = Log.objects.get(pk=1)
    if not sequence.fits(log):
        raise Refused([_("The settings say something else than what the log began with. Nothing is appended.")])
    sums = _sums(asked)
    entry = _entry(log, asked, value, sums)
    with transaction.atomic():
        index = sequence.append(entry, log.size)
        if index is None:
            return None
        row = Claim.objects.create(
            index=index,
            column=asked.column,
            first=sums.batches[0],
            last=sums.batches[-1],
            relation=asked.relation,
            value=value,
            made_by_id=operator_id,
            made_at=clock.now(),
        )
        chain.record(Act.CLAIMED, Subject.COUNT, index, actor_id=operator_id)
        bell.ring("count", index, "inside")
    return row


def _entry(log: Log, asked: Asked, value: int, sums: _Sums) -> bytes:
    schema, first, last = sequence.schema_hash(log), sums.batches[0].header, sums.batches[-1].header
    if asked.relation == EXACTLY:
        made = proofs.make_exactly(schema, asked.column, first, last, value, sums.blinding)
    else:
        made = proofs.make_at_least(schema, asked.column, first, last, value, sums.total, sums.blinding, sums.leaves)
    return made.encode()
