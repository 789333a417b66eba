"""Wrong answers, counted over all cards: no card is ever locked, because its name is spoken in clear and anybody could lock it.

When there are too many, two lines are asked for instead of one and an alarm is raised; both end when the oldest are long enough ago.
The count is of rows, so a crash loses none; the timer looks again.
"""

from datetime import datetime

from harkline.channels.radio.models import Draw, Verdict
from harkline.channels.radio.policy import present
from harkline.routing import on_air
from harkline.runtime import clock, timers

TIMER = "radio_guesses"


def wrong() -> int:
    """How many wrong answers there were within the time that counts."""
    return Draw.objects.filter(verdict=Verdict.WRONG, ended_at__gt=clock.now() - present().within).count()


def needed() -> int:
    """How many lines in a row have to be right now."""
    return 2 if wrong() >= present().wrong_answers else 1


def counted() -> None:
    """There was another wrong answer. Called in its transaction."""
    if needed() > 1:
        on_air.alarm()
        timers.set_timer(TIMER, "", _over())


def _over() -> datetime:
    """When there are not too many any more, if none comes."""
    rules = present()
    latest = Draw.objects.filter(verdict=Verdict.WRONG).order_by("-ended_at").values_list("ended_at", flat=True)
    last = latest[rules.wrong_answers - 1]
    return (last or clock.now()) + rules.within


@timers.handles(TIMER)
def _look(_subject: str) -> None:
    if needed() > 1:
        timers.set_timer(TIMER, "", _over())
    else:
        on_air.alarm_over()
