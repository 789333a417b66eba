"""How many people a line needs in each half-hour, in all and by language. Pure.

Calls: Erlang A on the **modified offered load**: how many talks go on at an instant is not what comes at that instant times how long it
takes, but the same with a delay, since a talk that began an hour ago still goes on (Jennings, Mandelbaum, Massey and Whitt 1996).
Within a half-hour arrivals are even; the load follows m' = arrivals - m / handling, solved exactly.

Messages are read between calls: they raise the need only where calls and messages together would keep people busier than they
should be. There are always at least so many on duty as the rules say.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil, exp, floor, log10

from harkline.rota import erlang
from harkline.rota.erlang import Queue, Target

HALF_HOUR = timedelta(minutes=30)
SECONDS = 1800.0


@dataclass(frozen=True)
class Expected:
    """What is expected in the half-hour from ``begins`` (aware): means by language."""

    begins: datetime
    calls: Mapping[str, float]
    messages: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Reckoning:
    """By what the need is reckoned. Seconds. ``interpreted``: languages for which nobody of the line's own has to be there."""

    target: Target = field(default=Target())
    handling: float = 1200.0
    patience: float = 180.0
    at_least: int = 2
    busy_at_most: float = 0.85
    message_handling: float = 1200.0
    answer_messages: float = 86_400.0
    interpreted: frozenset[str] = frozenset()

    def queue(self, load: float) -> Queue:
        """The queue of a load in erlangs; rounded up to three digits, so that much alike is reckoned once."""
        return Queue(_three_digits(load / self.handling), self.handling, self.patience)


@dataclass(frozen=True)
class HalfHour:
    """The need. ``people`` in all, ``by_language`` who speak it; both have to be met. ``load``: modified offered load of calls, in erlangs.
    ``without_patience``: what Erlang C asks for. ``level`` and ``abandons``: what is to be expected with ``people`` on duty."""

    begins: datetime
    calls: float
    messages: float
    load: float
    people: int
    by_language: Mapping[str, int]
    without_patience: int
    level: float
    abandons: float


def need(expected: Sequence[Expected], how: Reckoning) -> list[HalfHour]:
    """The need of half-hours that follow one another; the first begins as if it had gone on like that for long."""
    languages = sorted({language for one in expected for language in (*one.calls, *one.messages)})
    calls = {name: offered([one.calls.get(name, 0.0) for one in expected], how.handling) for name in languages}
    work = {name: _work([one.messages.get(name, 0.0) for one in expected], how) for name in languages}
    return [
        _half_hour(one, {name: (calls[name][at], work[name][at]) for name in languages}, how)
        for at, one in enumerate(expected)
    ]


def _half_hour(one: Expected, loads: Mapping[str, tuple[float, float]], how: Reckoning) -> HalfHour:
    load, work = (sum(pair[part] for pair in loads.values()) for part in (0, 1))
    queue = how.queue(load)
    people = max(how.at_least, _people(load, work, how))
    return HalfHour(
        begins=one.begins,
        calls=sum(one.calls.values()),
        messages=sum(one.messages.values()),
        load=load,
        people=people,
        by_language={name: _people(*pair, how) for name, pair in loads.items() if name not in how.interpreted},
        without_patience=erlang.people_without_patience(queue, how.target.goal, how.target.within),
        level=erlang.level(queue, people, how.target.within),
        abandons=erlang.erlang_a(queue, people).abandons,
    )


def _people(load: float, work: float, how: Reckoning) -> int:
    busy = ceil((load + work) / how.busy_at_most - 1e-9)
    return max(erlang.people(how.queue(load), how.target), busy)


def offered(calls: Iterable[float], handling: float) -> list[float]:
    """The modified offered load of each half-hour in erlangs, the mean over it; ``calls`` are numbers in a half-hour."""
    rows = list(calls)
    if not rows:
        return []
    fades = exp(-SECONDS / handling)
    now, out = rows[0] / SECONDS * handling, []
    for number in rows:
        steady = number / SECONDS * handling
        out.append(steady + (now - steady) * (1 - fades) * handling / SECONDS)
        now = steady + (now - steady) * fades
    return out


def _work(messages: Sequence[float], how: Reckoning) -> list[float]:
    """Erlangs of messages: those of the time in which they are to be read, spread over it."""
    window = max(1, round(how.answer_messages / SECONDS))
    usual = sum(messages) / len(messages) if messages else 0.0
    out, held = [], [usual] * window
    total = usual * window
    for at, number in enumerate(messages):
        total += number - held[at % window]
        held[at % window] = number
        out.append(max(total, 0.0) / window / SECONDS * how.message_handling)
    return out


def _three_digits(value: float) -> float:
    if value <= 1e-12:
        return 0.0
    step = 10.0 ** (floor(log10(value)) - 2)
    return ceil(value / step - 1e-9) * step


def staff_hours(rows: Iterable[HalfHour]) -> float:
    """Hours that the need asks for."""
    return sum(one.people for one in rows) / 2
