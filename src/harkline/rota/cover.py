"""Where a rota has gaps: stretches of duty against the need, language by language. Pure: instants in, gaps out."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from itertools import pairwise

from harkline.rota.duty import Stretch

HOUR = timedelta(hours=1)
HALF_HOUR = HOUR / 2
ANY = ""  # whoever it is, whatever they speak
SKILL = "skill:"  # begins what stands in the place of a language for those who have a skill

# How many are needed on a day (by the wall clock) in its half-hour 0 … 47, by language or skill; ``ANY`` for anybody.
Need = Callable[[date, int], Mapping[str, int]]


def counts_as(languages: Iterable[str], skills: Iterable[str]) -> list[str]:
    """For which needs somebody counts beside that of anybody."""
    return [*languages, *(SKILL + one for one in skills)]


@dataclass(frozen=True, order=True)
class Gap:
    """From ``begins`` up to ``ends`` (UTC) fewer are on duty than needed who speak ``language``. ``have`` and ``need`` are those of
    its worst moment; ``hours`` are the person-hours missing in all."""

    begins: datetime
    ends: datetime
    language: str
    have: int
    need: int
    hours: float = field(default=0.0, compare=False)

    @property
    def missing(self) -> int:
        """People, at the worst moment."""
        return self.need - self.have


def gaps(
    stretches: Iterable[Stretch],
    speaks: Mapping[int, Iterable[str]],
    need: Need,
    first: datetime,
    last: datetime,
    zone: tzinfo,
) -> list[Gap]:
    """The gaps between two instants, earliest first. Half-hours that the clock shows twice are needed twice."""
    found: list[Gap] = []
    for begins, ends, there in _pieces(list(stretches), first, last):
        local = begins.astimezone(zone)
        wanted = need(local.date(), local.hour * 2 + local.minute // 30)
        have = Counter(language for operator in there for language in speaks.get(operator, ()))
        have[ANY] = len(there)
        found += [
            Gap(begins, ends, language, have[language], number, (ends - begins) / HOUR * (number - have[language]))
            for language, number in wanted.items()
            if have[language] < number
        ]
    return _joined(found)


def _pieces(stretches: list[Stretch], first: datetime, last: datetime) -> Iterable[tuple[datetime, datetime, set[int]]]:
    """The time between two instants, cut wherever somebody comes or goes and at every half-hour, with who is there."""
    marks = {first + step * HALF_HOUR for step in range(int((last - first) / HALF_HOUR) + 1)}
    marks |= {moment for one in stretches for moment in (one.begins, one.ends) if first < moment < last}
    cuts = sorted(marks | {first, last})
    comes = sorted(stretches, key=lambda one: one.begins)
    at, here = 0, []
    for begins, ends in pairwise(cuts):
        while at < len(comes) and comes[at].begins <= begins:
            here.append(comes[at])
            at += 1
        here = [one for one in here if one.ends > begins]
        yield begins, ends, {one.operator for one in here}


def _joined(found: list[Gap]) -> list[Gap]:
    """Pieces that adjoin are one gap, as deep as its deepest piece."""
    open_: dict[str, Gap] = {}
    done: list[Gap] = []
    for one in found:
        held = open_.get(one.language)
        if held and held.ends == one.begins:
            worst = max(held, one, key=lambda gap: (gap.missing, -gap.have))
            open_[one.language] = Gap(
                held.begins, one.ends, one.language, worst.have, worst.need, held.hours + one.hours
            )
        else:
            done += [held] if held else []
            open_[one.language] = one
    return sorted([*done, *open_.values()])


def demanded(need: Need, first: date, days: int) -> float:
    """Person-hours of the whole need of a period (of anybody), by the wall clock."""
    day_s = (first + timedelta(days=number) for number in range(days))
    return sum(need(day, half_hour).get(ANY, 0) for day in day_s for half_hour in range(48)) / 2


def missing_hours(found: Iterable[Gap]) -> float:
    """The person-hours that are missing of anybody."""
    return sum(one.hours for one in found if one.language == ANY)
