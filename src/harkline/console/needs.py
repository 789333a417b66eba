"""How many people are needed when: the forecast, what was measured of talks and patience, and the targets, put together."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F

from harkline.console import demand
from harkline.intake import exclusions
from harkline.intake.models import Outcome, Stage
from harkline.rota import need, patience
from harkline.rota.need import HalfHour, Reckoning
from harkline.rota.patience import Measured, Waited
from harkline.rota.targets import Targets, present
from harkline.rota.terms import rules
from harkline.runtime import clock

MEASURED_OVER = timedelta(days=84)
AT_MOST = 5000  # of the newest
# Whoever hangs up in the greeting did not lose patience with the queue.
IN_THE_QUEUE = (Stage.QUEUE, Stage.RINGING)
GAVE_UP = (Outcome.ABANDONED, Outcome.SHORT_ABANDONED)


def over(first: datetime, last: datetime) -> list[HalfHour]:
    """The need of every half-hour from ``first`` to ``last`` (aware, on a half-hour of the line's clock): people in all, and by language."""
    # The day before says how many talks are already going on when the period begins.
    before = first - timedelta(days=1)
    rows = need.need(demand.expected(before, last), reckoning())
    return [one for one in rows if one.begins >= first]


def reckoning() -> Reckoning:
    """By what the need is reckoned now: measured times, promised targets."""
    return by(present(), talks().mean, waits().mean)


def by(targets: Targets, handling: float, patient: float) -> Reckoning:
    """The same with a given handling time and patience, in seconds."""
    return Reckoning(
        target=targets.call,
        handling=handling,
        patience=patient,
        at_least=rules().at_least,
        busy_at_most=targets.busy_at_most,
        message_handling=targets.message_handling,
        answer_messages=targets.answer_messages,
        interpreted=frozenset(targets.interpreted),
    )


@dataclass(frozen=True)
class Basis:
    """What was measured, and what was assumed until then."""

    handling: Measured
    patience: Measured
    targets: Targets


def basis() -> Basis:
    """Everything that a page says beside the need."""
    return Basis(talks(), waits(), present())


def unmeasured() -> Basis:
    """The same before anything was measured."""
    targets = present()
    return Basis(patience.handling([], targets.handling), patience.patience([], targets.patience), targets)


def talks() -> Measured:
    """How long a call takes, from accepting it to the end of its wrap-up."""
    rows = exclusions.contacts(None).filter(live=True, accepted_at__gte=clock.now() - MEASURED_OVER)
    rows = rows.exclude(closed_at=None).order_by("-accepted_at").annotate(took=F("closed_at") - F("accepted_at"))
    seconds = [took.total_seconds() for took in rows.values_list("took", flat=True)[:AT_MOST]]
    return patience.handling(seconds, present().handling)


def waits() -> Measured:
    """How long callers wait before they give up."""
    return patience.patience(_waited(), present().patience)


def _waited() -> list[Waited]:
    rows = demand.counted(None).filter(channel__in=demand.LIVE, arrived_at__gte=clock.now() - MEASURED_OVER)
    left = rows.filter(outcome__in=GAVE_UP, stage__in=IN_THE_QUEUE).exclude(ended_at=None).order_by("-arrived_at")
    answered = rows.exclude(contact__accepted_at=None).order_by("-arrived_at")
    gave_up = left.values_list("arrived_at", "ended_at")[:AT_MOST]
    stayed = answered.values_list("arrived_at", "contact__accepted_at")[:AT_MOST]
    return [
        *(Waited((end - start).total_seconds(), True) for start, end in gave_up if end),
        *(Waited((end - start).total_seconds(), False) for start, end in stayed if end),
    ]
