"""Eight made-up weeks before the demonstration begins, so that figures and forecast have something to show: times and outcomes of calls and
messages that nobody made, with no word in them. The same ones each time."""

import random
import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from harkline.intake.models import Attempt, Contact, ContactState, Outcome, Stage, Thread
from harkline.line import this
from harkline.line.models import Channel
from harkline.people.models import Operator
from harkline.rota import duty, shifts
from harkline.rota.forecast import SLOTS, USUAL_SHAPE
from harkline.rota.models import Duty
from harkline.runtime import clock

WEEKS = 8
CALLS, MESSAGES = 26.0, 9.0  # a day
WEEKDAYS = (1.15, 1.1, 1.0, 1.0, 0.95, 0.85, 0.95)
LANGUAGES = (0.7, 0.2, 0.05, 0.03, 0.02)  # of the line's, in their order
PATIENCE, TALK = 200.0, 1080.0  # seconds


def write(languages: Sequence[str]) -> None:
    """Write them into the new line."""
    draw = random.Random(20)  # noqa: S311 - fiction
    now = clock.now()
    first = now - timedelta(weeks=WEEKS)
    people = list(Operator.objects.order_by("pk").values_list("pk", flat=True))
    made = [
        *_came(draw, first, now, CALLS, Channel.PHONE, languages, people),
        *_came(draw, first, now, MESSAGES * 0.6, Channel.WEB, languages, people),
        *_came(draw, first, now, MESSAGES * 0.4, Channel.EMAIL, languages, people),
    ]
    Attempt.objects.bulk_create(attempt for attempt, _contact in made)
    Thread.objects.bulk_create(contact.thread for _attempt, contact in made if contact)
    Contact.objects.bulk_create(contact for _attempt, contact in made if contact)
    _duties(first, now)


Made = tuple[Attempt, Contact | None]


def _came(
    draw: random.Random,
    first: datetime,
    last: datetime,
    a_day: float,
    channel: str,
    languages: Sequence[str],
    people: Sequence[int],
) -> Iterator[Made]:
    """Attempts at random, by the weekday and the hour."""
    zone, at = this.zone(), first
    highest = a_day * max(USUAL_SHAPE) * max(WEEKDAYS) * SLOTS / 86_400
    while (at := at + timedelta(seconds=draw.expovariate(highest))) < last:
        local = at.astimezone(zone)
        share = USUAL_SHAPE[local.hour * 2 + local.minute // 30] * WEEKDAYS[local.weekday()]
        if draw.random() * max(USUAL_SHAPE) * max(WEEKDAYS) < share:
            language = draw.choices(languages, LANGUAGES[: len(languages)])[0]
            yield _one(draw, at, channel, language, draw.choice(people))


def _one(draw: random.Random, at: datetime, channel: str, language: str, operator: int) -> Made:
    if channel != Channel.PHONE:
        read = at + timedelta(hours=draw.expovariate(1 / 3.5))
        attempt = _attempt(at, at, channel, language, Outcome.MESSAGE, Stage.QUEUE)
        return attempt, _contact(attempt, min(read, clock.now()), TALK, operator)
    # Six of ten find somebody free; the others wait for who is, a little or long.
    waits = draw.expovariate(1 / 6) + (0 if draw.random() < 0.6 else draw.expovariate(1 / 70))
    patience = draw.expovariate(1 / PATIENCE)
    if draw.random() < 0.05:
        return _attempt(at, at + timedelta(seconds=3), channel, "", Outcome.SHORT_ABANDONED, Stage.GREETING), None
    if patience < waits:
        end = at + timedelta(seconds=10 + patience)
        return _attempt(at, end, channel, language, Outcome.ABANDONED, Stage.QUEUE), None
    if draw.random() < 0.03:
        word = draw.choice([Outcome.MESSAGE, Outcome.CALLBACK_REQUESTED, Outcome.OVERFLOWED])
        return _attempt(at, at + timedelta(seconds=120), channel, language, word, Stage.QUEUE), None
    talk = draw.expovariate(1 / TALK)
    answered = at + timedelta(seconds=6 + waits)
    attempt = _attempt(at, answered + timedelta(seconds=talk), channel, language, Outcome.ANSWERED, Stage.TALKING)
    return attempt, _contact(attempt, answered, talk + 120, operator)


def _attempt(at: datetime, end: datetime, channel: str, language: str, outcome: str, stage: str) -> Attempt:
    return Attempt(
        channel=channel,
        dedupe_key=f"demo:{secrets.token_hex(16)}",
        arrived_at=at,
        ended_at=end,
        stage=stage,
        outcome=outcome,
        language=language,
        language_chosen=bool(language),
    )


def _contact(attempt: Attempt, accepted: datetime, took: float, operator: int) -> Contact:
    closed = min(accepted + timedelta(seconds=took), clock.now())
    thread = Thread(channel=attempt.channel, handle=secrets.token_bytes(5), opened_at=attempt.arrived_at)
    return Contact(
        attempt=attempt,
        thread=thread,
        channel=attempt.channel,
        language=attempt.language,
        live=attempt.channel == Channel.PHONE,
        state=ContactState.CLOSED,
        arrived_at=attempt.arrived_at,
        waiting_since=attempt.arrived_at,
        operator_id=operator,
        accepted_at=accepted,
        ended_at=closed,
        closed_at=closed,
        kind="counselling",
        disposition="resolved",
    )


def _duties(first: datetime, last: datetime) -> None:
    """Everybody was there when it was their shift, but for a few who came late."""
    draw = random.Random(21)  # noqa: S311 - fiction
    late = timedelta(minutes=15)
    stretches = duty.stretches(shifts.all_shifts(), first, last, this.zone())
    Duty.objects.bulk_create(
        Duty(operator_id=one.operator, started_at=one.begins + late * (draw.random() < 0.1), ended_at=one.ends)
        for one in stretches
        if one.ends < last
    )
