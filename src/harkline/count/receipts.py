"""Ten digits by which somebody finds, later and alone, whether their contact was entered: four of their own, five of ours, a check digit.

A code is public in the log, opens nothing and proves nothing about who holds it. It is told on request, never sent unasked.
"""

import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction

from harkline.count import policy
from harkline.count.models import Counted, Receipt
from harkline.intake.models import Attempt
from harkline.runtime import clock
from harkline_verify import receipts as form

OWN = 4  # digits that the caller chooses
TRIES = 200


class NotNow(Exception):
    """No receipt can be given: the line does not count in the open, the choice is no four digits, or all codes with it are taken."""


class TooLate(NotNow):
    """The contact was entered before a receipt was asked for: it stands in the log under digits that nobody chose."""


def offered() -> bool:
    """Whether this line gives receipts at all."""
    return policy.present().on


def issue(attempt_id: str, chosen: str) -> str:
    """The receipt of an attempt; one that was told before stays as it is. Commits before it returns, so that what a caller is told
    will be in the log. Raises NotNow."""
    if not offered() or len(chosen) != OWN or not (chosen.isascii() and chosen.isdigit()):
        raise NotNow
    with transaction.atomic():
        if not Attempt.objects.select_for_update().filter(pk=attempt_id).exists():
            raise NotNow
        found = Receipt.objects.filter(attempt_id=attempt_id).first()
        if found and found.told:
            return found.code
        if Counted.objects.filter(attempt_id=attempt_id).exists():
            raise TooLate
        if found:
            # Drawn for a batch that was not made after all: it is in no log yet.
            found.delete()
        return _new(attempt_id, chosen).code


def draw(attempt_ids: Collection[str]) -> dict[str, str]:
    """The codes under which these attempts are entered: those that were told, and new ones for whoever asked for none."""
    ids = list(attempt_ids)
    found = {str(one): code for some in _slices(ids) for one, code in _codes(some)}
    taken = set(Receipt.objects.values_list("code", flat=True))
    new = []
    for one in [one for one in ids if one not in found]:
        found[one] = form.make(None, taken)
        taken.add(found[one])
        new.append(Receipt(attempt_id=one, code=found[one], told=False, given_at=clock.now()))
    Receipt.objects.bulk_create(new, batch_size=500)
    return found


def _codes(ids: Sequence[str]) -> Iterable[tuple[object, str]]:
    return Receipt.objects.filter(attempt_id__in=ids).values_list("attempt_id", "code")


def _slices(ids: Sequence[str]) -> Iterable[Sequence[str]]:
    return (ids[at : at + 500] for at in range(0, len(ids), 500))


def _new(attempt_id: str, chosen: str) -> Receipt:
    """Unique among all that are still known, so that nobody mistakes another's for theirs."""
    for _try in range(TRIES):
        stem = f"{chosen}{secrets.randbelow(10**5):05}"
        code = stem + form.check_digit(stem)
        try:
            with transaction.atomic():
                return Receipt.objects.create(attempt_id=attempt_id, code=code, told=True, given_at=clock.now())
        except IntegrityError:
            continue  # somebody else has it
    raise NotNow


@dataclass(frozen=True)
class Given:
    """A receipt that was told: its code, and the day in whose list it stands (None: it is not entered yet)."""

    code: str
    day: date | None


def of_thread(thread_id: str) -> list[Given]:
    """The receipts that were told on a thread, the latest first."""
    rows = Receipt.objects.filter(attempt__contact__thread_id=thread_id, told=True)
    return [Given(code, day) for code, day in rows.order_by("-given_at").values_list("code", "attempt__counted__day")]


def open_attempt(thread_id: str) -> str:
    """The latest attempt on a thread for which a receipt can still be given; empty where there is none."""
    rows = Attempt.objects.filter(contact__thread_id=thread_id, counted=None).exclude(receipt__told=True)
    found = rows.order_by("-arrived_at").values_list("pk", flat=True).first()
    return str(found) if found else ""
