"""How many will try to reach the line, for each half-hour: a profile of day of the week × half-hour, learnt from what came.

What comes is counted in Poisson numbers around a mean, and the mean is a product: the line's usual day × the weekday × the present
level × what share of the day falls into the half-hour. Each factor is drawn towards the one above it, as far as there is little to go
by, so a line in its first week goes by its prior and one after a year by itself. Old days count half after 84 days, the present
level after 14. The band is negative binomial: the scatter around the mean that was seen, and what is not yet known of the mean.

Pure: counts in, means and bands out. Days and half-hours are those of the line's wall clock, numbered 0 to 47.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from math import exp

SLOTS = 48
HALF_LIFE = 84.0  # days, of the profile
LEVEL_HALF_LIFE = 14.0  # days
ONE_DAY, SOME_CONTACTS = 1.0, 10.0  # what a weekday's own factor is drawn to 1 by: the larger of the two
LEVEL_DAYS = 2.0
PRIOR_DAYS, PRIOR_CONTACTS = 2.0, 2.0  # what the prior is worth: the larger of the two
PRIOR_SHAPE_CONTACTS = 50.0
_KERNEL = [exp(-0.5 * step * step) for step in range(-4, 5)]  # a half-hour and its neighbours

# The day of a line that has no day of its own yet: quiet towards morning, busiest in the evening, as helplines report.
_HOURS = (7, 5, 4, 3, 3, 3, 4, 6, 9, 11, 12, 12, 12, 12, 12, 12, 12, 13, 14, 15, 16, 16, 14, 10)
USUAL_SHAPE = tuple(_HOURS[slot // 2] / (2 * sum(_HOURS)) for slot in range(SLOTS))


@dataclass(frozen=True)
class Day:
    """What came on one whole day. ``special``: a word for what set the day apart (``special.Days``), empty for a usual one."""

    on: date
    counts: tuple[float, ...]
    special: str = ""

    @cached_property
    def total(self) -> float:
        """Of the whole day."""
        return sum(self.counts)


@dataclass(frozen=True)
class Prior:
    """What is assumed before anything came: contacts on a usual day, and which share of them falls into each half-hour."""

    a_day: float
    shape: Sequence[float] = USUAL_SHAPE


@dataclass(frozen=True)
class Model:
    """What was learnt. ``slot_scatter`` and ``day_scatter``: relative variance beyond Poisson; ``doubt``: relative variance of the mean
    itself, large while little came. ``learnt``: factor of each kind of special day. ``totals``: a day's total where another
    model forecasts it better (``daily``)."""

    usual: float
    weekdays: Sequence[float]
    shapes: Sequence[Sequence[float]]
    level: float
    slot_scatter: float = 0.0
    day_scatter: float = 0.0
    doubt: float = 0.0
    learnt: Mapping[str, float] = field(default_factory=dict)
    totals: Mapping[date, float] = field(default_factory=dict)

    def total(self, on: date, factor: float = 1.0) -> float:
        """Contacts expected on a day. ``factor``: of its special day, if it is one."""
        usual = self.totals.get(on, self.level * self.usual * self.weekdays[on.weekday()])
        return usual * factor

    def day(self, on: date, factor: float = 1.0) -> list[float]:
        """The same by half-hours."""
        total = self.total(on, factor)
        return [total * share for share in self.shapes[on.weekday()]]


def fit(days: Sequence[Day], prior: Prior) -> Model:
    """Learn from whole days, earliest first, without a gap. No day at all gives the prior and its doubt."""
    plain = _Plain.of(days)
    usual = _usual(plain, prior)
    weekdays = _weekdays(plain, usual)
    shapes = _shapes(plain, prior)
    level = _level(plain, usual, weekdays)
    model = Model(usual, weekdays, shapes, level)
    slots, totals = _scatter(plain.days[-round(HALF_LIFE) :], model)
    came = plain.contacts / (1 + totals * usual)
    doubt = 1 / (PRIOR_CONTACTS + came)
    return replace(model, slot_scatter=slots, day_scatter=totals, doubt=doubt, learnt=learn(days, model))


@dataclass(frozen=True)
class _Plain:
    """The usual days with what they weigh: in the profile, and in the present level."""

    days: Sequence[Day]
    weights: Sequence[float]
    recent: Sequence[float]

    @classmethod
    def of(cls, days: Sequence[Day]) -> "_Plain":
        ages = [(days[-1].on - day.on).days for day in days]
        kept = [(day, age) for day, age in zip(days, ages, strict=True) if not day.special]
        return cls(
            [day for day, _age in kept],
            [0.5 ** (age / HALF_LIFE) for _day, age in kept],
            [0.5 ** (age / LEVEL_HALF_LIFE) for _day, age in kept],
        )

    @cached_property
    def contacts(self) -> float:
        return sum(day.total * weight for day, weight in zip(self.days, self.weights, strict=True))

    def weighted(self, weekday: int | None = None) -> Iterable[tuple[Day, float]]:
        """The days of one weekday, or all of them."""
        for day, weight in zip(self.days, self.weights, strict=True):
            if weekday is None or day.on.weekday() == weekday:
                yield day, weight


def _usual(plain: _Plain, prior: Prior) -> float:
    """Contacts on a usual day: a gamma prior worth two days, or two contacts on a quiet line."""
    worth = max(PRIOR_DAYS, PRIOR_CONTACTS / max(prior.a_day, 1e-9)) if prior.a_day > 0 else PRIOR_DAYS
    return max((plain.contacts + worth * prior.a_day) / (sum(plain.weights) + worth), 1e-6)


def _weekdays(plain: _Plain, usual: float) -> list[float]:
    pull = max(ONE_DAY * usual, SOME_CONTACTS)
    found = []
    for weekday in range(7):
        rows = list(plain.weighted(weekday))
        came = sum(day.total * weight for day, weight in rows)
        found.append((came + pull) / (usual * sum(weight for _day, weight in rows) + pull))
    return found


def _level(plain: _Plain, usual: float, weekdays: Sequence[float]) -> float:
    pull = max(LEVEL_DAYS * usual, SOME_CONTACTS)
    rows = list(zip(plain.days, plain.recent, strict=True))
    came = sum(day.total * weight for day, weight in rows)
    meant = sum(usual * weekdays[day.on.weekday()] * weight for day, weight in rows)
    return (came + pull) / (meant + pull)


def _shapes(plain: _Plain, prior: Prior) -> list[list[float]]:
    """The day's shape for each weekday, drawn to that of all days, which is drawn to the prior's."""
    every = _sum(plain.weighted())
    pooled = _shares(
        [count + PRIOR_SHAPE_CONTACTS * share for count, share in zip(smooth(every), prior.shape, strict=True)]
    )
    return [shrink(smooth(_sum(plain.weighted(weekday))), pooled) for weekday in range(7)]


def shrink(counts: Sequence[float], towards: Sequence[float]) -> list[float]:
    """Shares of counts, drawn ``towards`` others, by how far the counts' scatter around those is more than chance (moments)."""
    total = sum(counts)
    if total <= 0:
        return list(towards)
    meant = [total * share for share in towards]
    chi = sum((count - mean) ** 2 / max(mean, 1e-9) for count, mean in zip(counts, meant, strict=True))
    beyond = max(chi - (SLOTS - 1), 0.0) / (SLOTS - 1) / max(total, 1.0)
    pull = min(1 / max(beyond, 1e-7), 1e7)
    return [(count + pull * share) / (total + pull) for count, share in zip(counts, towards, strict=True)]


def smooth(counts: Sequence[float]) -> list[float]:
    """Each half-hour with its neighbours, round midnight."""
    whole = sum(_KERNEL)
    return [
        sum(weight * counts[(slot + step - 4) % SLOTS] for step, weight in enumerate(_KERNEL)) / whole
        for slot in range(SLOTS)
    ]


def _sum(rows: Iterable[tuple[Day, float]]) -> list[float]:
    out = [0.0] * SLOTS
    for day, weight in rows:
        for slot, count in enumerate(day.counts):
            if count:
                out[slot] += count * weight
    return out


def _shares(counts: Sequence[float]) -> list[float]:
    total = sum(counts)
    return [count / total for count in counts] if total > 0 else list(USUAL_SHAPE)


def _scatter(days: Sequence[Day], model: Model) -> tuple[float, float]:
    """Relative variance beyond Poisson, of half-hours and of days."""
    beyond = square = beyond_days = square_days = 0.0
    for day in days:
        means = model.day(day.on)
        for count, mean in zip(day.counts, means, strict=True):
            beyond += (count - mean) ** 2 - mean
            square += mean * mean
        whole = sum(means)
        beyond_days += (day.total - whole) ** 2 - whole
        square_days += whole * whole
    return (
        max(beyond / square, 0.0) if square else 0.0,
        max(beyond_days / square_days, 0.0) if square_days else 0.0,
    )


def learn(days: Sequence[Day], model: Model) -> dict[str, float]:
    """The factor of each kind of special day that was seen: what came over what a usual day would have brought, drawn to the factor of
    all special days together, which is drawn to 1; each by one day."""
    seen: dict[str, tuple[float, float]] = {}
    for day in days:
        if day.special:
            came, meant = seen.get(day.special, (0.0, 0.0))
            seen[day.special] = (came + day.total, meant + model.total(day.on))
    pull = max(ONE_DAY * model.usual, SOME_CONTACTS)
    every = (sum(came for came, _ in seen.values()) + pull) / (sum(meant for _, meant in seen.values()) + pull)
    return {"": every, **{word: (came + pull * every) / (meant + pull) for word, (came, meant) in seen.items()}}


def split(whole: Model, parts: Mapping[str, Sequence[Day]], even: float = SOME_CONTACTS) -> dict[str, Model]:
    """Models of parts (languages) that add up to a whole. A part's share is drawn to an even one by ``even`` contacts in all; its shape
    is drawn to the whole's."""
    came = {name: _Plain.of(days).contacts for name, days in parts.items()}
    every = sum(came.values())
    share = {name: (came[name] + even / len(parts)) / (every + even) for name in parts}
    shapes = {name: _part_shapes(whole, days) for name, days in parts.items()}
    for weekday in range(7):
        for slot in range(SLOTS):
            # What each part expects, put in proportion so that the whole stays what it was.
            sums = sum(share[name] * shapes[name][weekday][slot] for name in parts)
            right = whole.shapes[weekday][slot] / sums if sums else 0.0
            for name in parts:
                shapes[name][weekday][slot] *= right
    return {
        name: replace(
            whole,
            usual=whole.usual * share[name],
            shapes=shapes[name],
            doubt=whole.doubt + 1 / (PRIOR_CONTACTS + came[name]),
            totals={on: total * share[name] for on, total in whole.totals.items()},
        )
        for name in parts
    }


def _part_shapes(whole: Model, days: Sequence[Day]) -> list[list[float]]:
    every = smooth(_sum(_Plain.of(days).weighted()))
    pooled = _shares([sum(shape[slot] for shape in whole.shapes) for slot in range(SLOTS)])
    own = shrink(every, pooled)
    return [
        [share * own[slot] / pooled[slot] if pooled[slot] else 0.0 for slot, share in enumerate(shape)]
        for shape in whole.shapes
    ]
