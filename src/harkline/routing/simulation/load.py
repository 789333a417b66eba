"""What comes and who is there: generated, or given one by one."""

import csv
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TextIO

from harkline.routing.needs import CALL, NeedSet, Shape
from harkline.routing.simulation import numbers
from harkline.routing.simulation.numbers import Numbers

DAY = 86_400.0
HANDLING, PATIENCE = 600.0, 180.0  # seconds: a call, and how long somebody waits, where nothing is known

# A line with three languages and two fields of work, one caller in seven at high risk.
LANGUAGES = {"en": 0.60, "fa": 0.25, "ps": 0.15}
FIELDS = {"": 0.7, "law": 0.3}
AT_RISK = 0.15
SPOKEN = {"en": 0.40, "en fa": 0.25, "en ps": 0.20, "fa": 0.05, "ps": 0.05, "en fa ps": 0.05}
SPOKEN_BY_FEW = {"en": 0.25, "en fa": 0.25, "en ps": 0.25, "en fa ps": 0.25}
# How a day's calls are spread over its hours.
HOURS = (25, 20, 15, 12, 12, 20, 40, 80, 130, 160, 170, 160, 150, 145, 140, 140, 145, 150, 150, 145, 130, 100, 70, 40)


@dataclass(frozen=True)
class Kind:
    """Callers who are alike: their language, the skill that they need (or none), their risk."""

    language: str
    skill: str = ""
    risk: int = 0

    @property
    def needs(self) -> NeedSet:
        """As the dispatcher knows it."""
        return NeedSet(CALL, self.language, frozenset([self.skill] if self.skill else []))


@dataclass(frozen=True)
class Came:
    """One contact: when, in seconds from the beginning; what of it is known."""

    at: float
    kind: Kind
    handling: float | None = None
    patience: float | None = None


@dataclass(frozen=True)
class Person:
    """Somebody on duty from ``begins`` to ``ends``, in seconds from the beginning."""

    languages: frozenset[str]
    skills: frozenset[str] = frozenset()
    begins: float = 0.0
    ends: float = math.inf

    @property
    def shape(self) -> Shape:
        """As the dispatcher knows it."""
        return Shape(frozenset([CALL]), self.languages, self.skills)


@dataclass
class Load:
    """Contacts in the order of their arrival, as arrays. ``steady``: at one rate all the time, so that it can be compared with
    Erlang A; then ``warm`` is the share at the beginning that does not count. Means in seconds."""

    kinds: list[Kind]
    arrivals: Any
    classes: Any
    patience: Any
    handling: Any
    mean_handling: float
    mean_patience: float
    steady: bool = False
    warm: float = 0.0

    def __len__(self) -> int:
        return len(self.arrivals)


@dataclass
class Staffing:
    """Who is on duty."""

    people: list[Person] = field(default_factory=list)

    def hours(self, until: float) -> float:
        """Hours on duty up to a moment."""
        return sum(max(0.0, min(one.ends, until) - one.begins) for one in self.people) / 3600


class Unreadable(Exception):
    """A table that cannot be used; the message says which line, and why."""


# --- generated ------------------------------------------------------------------------------------------------------------------


def mixed_kinds() -> dict[Kind, float]:
    """The kinds of callers of a generated load, with their shares."""
    return {
        Kind(language, field_, risk): share * part * (AT_RISK if risk else 1 - AT_RISK)
        for language, share in LANGUAGES.items()
        for field_, part in FIELDS.items()
        for risk in (0, 2)
    }


def mixed_people(number: int) -> list[Person]:
    """So many operators with the usual mixture of languages and skills, on duty all the time. Of few, more speak several."""
    spoken = SPOKEN_BY_FEW if number <= 20 else SPOKEN
    skilled = 0.66 if number <= 20 else 0.5
    sorts = [
        (Person(frozenset(words.split()), frozenset(["law"] if able else [])), number * share * part)
        for words, share in spoken.items()
        for able, part in ((False, 1 - skilled), (True, skilled))
    ]
    counts = [int(wanted) for _one, wanted in sorts]
    by_rest = sorted(range(len(sorts)), key=lambda at: counts[at] - sorts[at][1])
    for at in by_rest[: number - sum(counts)]:
        counts[at] += 1
    return [one for (one, _wanted), count in zip(sorts, counts, strict=True) for _ in range(count)]


def steady(contacts: int, operators: int, load: float, seed: int = 1) -> tuple[Load, Staffing]:
    """A load at one rate: ``load`` is the offered work over the operators there are."""
    rate = load * operators / HANDLING
    return _generated(Numbers(seed), Numbers(seed).poisson(contacts, rate), HANDLING, steady=True), Staffing(
        mixed_people(operators)
    )


def day(contacts: int, operators: int, load: float, seed: int = 1) -> tuple[Load, Staffing]:
    """A day with its hours; ``operators`` on duty at its busiest, fewer when fewer call. How long a contact takes follows from the
    load: offered work over the hours on duty."""
    staffing = Staffing(_through_the_day(mixed_people(operators)))
    handling = load * staffing.hours(DAY) * 3600 / contacts
    arrivals = Numbers(seed).through_the_day(contacts, HOURS, DAY)
    return _generated(Numbers(seed), arrivals, handling, steady=False), staffing


def _through_the_day(people: Sequence[Person]) -> list[Person]:
    """Each from the first to the last hour in which so many are needed. Sorts of people take turns, so that each hour has all."""
    busiest, found = max(HOURS), []
    taking_turns = sorted(range(len(people)), key=lambda at: (at * 0.6180339887) % 1)
    for place, at in enumerate(taking_turns):
        hours = [hour for hour, weight in enumerate(HOURS) if weight * len(people) > place * busiest]
        one = people[at]
        found.append(Person(one.languages, one.skills, hours[0] * 3600.0, (hours[-1] + 1) * 3600.0))
    return found


def _generated(draw: Numbers, arrivals: Any, handling: float, *, steady: bool) -> Load:
    kinds, number = mixed_kinds(), len(arrivals)
    return Load(
        list(kinds),
        arrivals,
        draw.kinds(number, list(kinds.values())),
        draw.exponential(number, PATIENCE),
        draw.exponential(number, handling),
        handling,
        PATIENCE,
        steady,
        0.05 if steady else 0.0,
    )


# --- given ----------------------------------------------------------------------------------------------------------------------


def given(contacts: Iterable[Came], seed: int = 1) -> Load:
    """Contacts one by one. What is not known of one is drawn from what is known of the others: how long contacts take, and how long
    people wait before they give up (by those who did)."""
    rows = sorted(contacts, key=lambda one: one.at)
    kinds = list(dict.fromkeys(row.kind for row in rows))
    handled = [row.handling for row in rows if row.handling is not None]
    waited = [row.patience for row in rows if row.patience is not None]
    handling = sum(handled) / len(handled) if handled else HANDLING
    patience = sum(waited) / len(waited) if waited else PATIENCE
    draw = Numbers(seed)
    spare, longer = draw.exponential(len(rows), handling), draw.exponential(len(rows), patience)
    return Load(
        kinds or [Kind("en")],
        numbers.floats(row.at for row in rows),
        numbers.whole(kinds.index(row.kind) for row in rows),
        numbers.floats(
            row.patience if row.patience is not None else max(longer[at], 0.001) for at, row in enumerate(rows)
        ),
        numbers.floats(row.handling if row.handling is not None else spare[at] for at, row in enumerate(rows)),
        handling,
        patience,
    )


def read_contacts(file: TextIO) -> list[Came]:
    """``arrived,language,skill,risk,handling,patience``: seconds or HH:MM[:SS], and seconds; all but the first two may be missing.
    Raises ``Unreadable``."""
    return [_came(row, line) for line, row in _rows(file, ("arrived", "language"))]


def _came(row: dict[str, str], line: int) -> Came:
    risk = _number(row, "risk", line) or 0
    if risk not in (0, 1, 2):
        raise Unreadable(f"line {line}: risk is 0, 1 or 2")
    kind = Kind(row["language"].strip(), (row.get("skill") or "").strip(), int(risk))
    return Came(_moment(row["arrived"], line), kind, _number(row, "handling", line), _number(row, "patience", line))


def read_people(file: TextIO) -> list[Person]:
    """``languages,skills,from,until,number``: words with blanks between; moments as above, a whole day where they are missing; how
    many such people. Raises ``Unreadable``."""
    found = []
    for line, row in _rows(file, ("languages",)):
        begins = _moment(row.get("from") or "0", line)
        ends = _moment(row.get("until") or str(DAY), line)
        if ends <= begins:
            ends += DAY
        one = Person(frozenset(row["languages"].split()), frozenset((row.get("skills") or "").split()), begins, ends)
        found += [one] * int(_number(row, "number", line) or 1)
    return found


def _rows(file: TextIO, needed: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
    table = csv.DictReader(file)
    missing = [one for one in needed if one not in (table.fieldnames or [])]
    if missing:
        raise Unreadable(f"the first line must name the columns; missing: {', '.join(missing)}")
    rows = [(table.line_num, row) for row in table]
    for line, row in rows:
        if any(not row.get(one) for one in needed):
            raise Unreadable(f"line {line}: {', '.join(needed)} must be given")
    return rows


def _number(row: dict[str, str], name: str, line: int) -> float | None:
    text = (row.get(name) or "").strip()
    try:
        found = float(text) if text else None
    except ValueError:
        raise Unreadable(f"line {line}: {name} is a number") from None
    if found is not None and not 0 <= found < 1e9:
        raise Unreadable(f"line {line}: {name} is not negative")
    return found


def _moment(text: str, line: int) -> float:
    parts = text.strip().split(":")
    try:
        numbers_ = [float(one) for one in parts]
    except ValueError:
        raise Unreadable(f"line {line}: “{text}” is neither seconds nor HH:MM") from None
    if len(numbers_) > 3 or not all(0 <= one < 1e9 for one in numbers_):
        raise Unreadable(f"line {line}: “{text}” is neither seconds nor HH:MM")
    if len(numbers_) == 1:
        return numbers_[0]
    return sum(one * scale for one, scale in zip(numbers_, (3600, 60, 1), strict=False))
