"""Contacts that were taken on paper while everything was down, entered afterwards: attempt and contact like any other, at the hour at which
they happened, and marked for good (``paper_at``, the flag ``on_paper``).

Nothing was measured, so nothing is claimed to have been: such a contact has no moment of acceptance, and no wait in any figure.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from harkline.intake import receive
from harkline.intake.models import Attempt, Outcome, Stage
from harkline.intake.receive import ContactRef
from harkline.line import this
from harkline.line.models import Channel
from harkline.runtime import bell, clock
from harkline.runtime.secret import keyed

FLAG = "on_paper"
OLDEST = timedelta(days=60)
SAID = ("listener_present", "duress", "callback", "interrupted")  # what the form has boxes for


class Refused(ValueError):
    """It cannot be entered; the message says why."""


@dataclass(frozen=True)
class Taken:
    """What stands on the form. ``address``: one of the line's own, or empty where nobody wrote it down. ``number``: the form's running
    number, or 0: a form is entered once."""

    channel: str
    at: datetime
    language: str
    address: str = ""
    number: int = 0
    flags: Sequence[str] = ()
    risk: int = 0


def enter(taken: Taken) -> ContactRef:
    """Record it and accept its contact, in one transaction. Raises ``Refused``."""
    now = clock.now()
    _check(taken, now)
    with transaction.atomic():
        row, new = Attempt.objects.get_or_create(
            channel=taken.channel,
            dedupe_key=_key(taken.number),
            defaults={
                "address": this.address(taken.channel, taken.address) if taken.address else None,
                "arrived_at": taken.at,
                "ended_at": taken.at,
                "stage": Stage.DONE,
                "outcome": Outcome.ANSWERED,
                "language": taken.language,
                "paper_at": now,
            },
        )
        if not new:
            raise Refused(_("Form %d was entered already.") % taken.number)
        bell.ring("attempt", row.pk, "desk", "inside")
        flags = [FLAG, *(one for one in SAID if one in taken.flags)]
        return receive.contact(str(row.pk), [], language=taken.language, flags=flags, risk=taken.risk)


def _check(taken: Taken, now: datetime) -> None:
    if taken.channel not in Channel.values or taken.language not in this.line().languages:
        raise Refused(_("Choose a way and one of the line's languages."))
    if taken.at > now:
        raise Refused(_("That is still to come: write the day and the hour at which it was."))
    if taken.at < now - OLDEST:
        raise Refused(_("That is more than %d days ago.") % OLDEST.days)
    if not 0 <= taken.number < 10**6:
        raise Refused(_("A form's number has six digits at most."))
    if taken.number and Attempt.objects.filter(dedupe_key=_key(taken.number)).exists():
        raise Refused(_("Form %d was entered already.") % taken.number)


def _key(number: int) -> str:
    """One form is one attempt, whatever else is written on it the second time."""
    return keyed("dedupe", f"paper|{number or secrets.token_hex(16)}".encode()).hex()
