"""What a rota is planned from and what comes out: values only, in minutes and days.

Days count from 0, the first day of the plan. Minutes of a shift count from the midnight of its own day; minutes of a need count from the midnight
of day 0, both by the wall clock. What a rule means exactly is written at its field; docs/explanation/rota-engine.md tells the whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

DAY = 1440


@dataclass(frozen=True)
class ShiftType:
    """A shift as it can be worked on any day: ``starts`` minutes after midnight, ``minutes`` long (past midnight if need be, 1 to 1440).

    ``paid``: the minutes that count for the contract, ``minutes`` when None. ``night``: counts for the night limits.
    ``not_before``: the names of the shift types that nobody may work on the day after this one."""

    name: str
    starts: int = 0
    minutes: int = 480
    paid: int | None = None
    night: bool = False
    not_before: frozenset[str] = frozenset()

    @property
    def counted(self) -> int:
        """The minutes that count for the contract."""
        return self.minutes if self.paid is None else self.paid


@dataclass(frozen=True)
class Person:
    """One person and the rules for them. ``name`` is a key: any text, unique in the plan. None is without a limit.

    A run of days that touches the first or the last day of the plan may be shorter than ``min_days_in_row`` or ``min_days_off``: what came before
    and comes after is not known. ``before`` tells it: what was worked on the days up to yesterday, the last one last, None for a day off."""

    name: str
    min_minutes: int = 0
    max_minutes: int | None = None
    most: Mapping[str, int] = field(default_factory=dict)  # shift type -> how often at most; absent: no limit; 0: never
    rest: int = 0  # minutes from the end of a shift to the start of the next one
    min_days_in_row: int = 1
    max_days_in_row: int | None = None
    min_days_off: int = 1
    max_weekends: int | None = None  # a weekend counts when its Saturday or its Sunday is worked
    max_nights: int | None = None
    max_nights_in_row: int | None = None
    days_off_after_nights: int = 0
    fair_nights: int | None = None  # every night beyond costs Problem.night_weight
    days_off: frozenset[int] = frozenset()  # leave, and days on which they never work
    unavailable: frozenset[tuple[int, str]] = frozenset()  # (day, shift type)
    languages: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()
    before: tuple[str | None, ...] = ()


@dataclass(frozen=True)
class Request:
    """Somebody would like to work ``shift`` on ``day`` (``wants``), or would like not to. ``shift`` None: any shift. ``weight``: the cost if not granted."""

    person: str
    day: int
    shift: str | None
    weight: float = 1.0
    wants: bool = True


@dataclass(frozen=True)
class Fixed:
    """Settled by hand or by what has happened: on ``day`` this person works ``shift``, or nothing when None."""

    person: str
    day: int
    shift: str | None


@dataclass(frozen=True)
class ShiftNeed:
    """How many people a shift of a day needs. Each one short costs ``under``, each one beyond costs ``over``.
    With ``language`` or ``skill`` only people who have it count."""

    day: int
    shift: str
    people: int
    under: float = 100.0
    over: float = 0.0
    language: str | None = None
    skill: str | None = None


@dataclass(frozen=True)
class SlotNeed:
    """How many people have to be on duty from the minute ``begins`` to the minute ``ends``; whoever is there all that time counts.
    Costs as in ``ShiftNeed``, for the whole slot. A floor (at least two on duty) is a second need of the same slot with a heavy ``under``."""

    begins: int
    ends: int
    people: int
    under: float = 100.0
    over: float = 0.0
    language: str | None = None
    skill: str | None = None


@dataclass(frozen=True)
class Problem:
    """Everything that a rota has to meet. ``first_weekday``: of day 0, 0 is Monday. ``unchanged`` and ``change_weight``: a rota to stay close to,
    and what each person's changed day costs; empty for a new plan."""

    days: int
    shifts: tuple[ShiftType, ...]
    people: tuple[Person, ...]
    shift_needs: tuple[ShiftNeed, ...] = ()
    slot_needs: tuple[SlotNeed, ...] = ()
    requests: tuple[Request, ...] = ()
    fixed: tuple[Fixed, ...] = ()
    first_weekday: int = 0
    night_weight: float = 0.0
    unchanged: Mapping[str, tuple[str | None, ...]] = field(default_factory=dict)
    change_weight: float = 0.0

    @property
    def needs(self) -> tuple[ShiftNeed | SlotNeed, ...]:
        """Every need of either kind."""
        return tuple(one for some in (self.shift_needs, self.slot_needs) for one in some)


Rota = Mapping[str, tuple[str | None, ...]]
"""Person -> for each day the shift's name, or None for a day off."""


@dataclass(frozen=True)
class Progress:
    """How far a plan is, told while it is made: seconds since the start, what is being done, the best cost so far and the proven bound."""

    seconds: float
    phase: str
    objective: float | None
    bound: float | None


@dataclass(frozen=True)
class Result:
    """A rota, what it costs, and what no rota under the same rules can cost less than.

    ``relaxed``: the names of the people for whom no schedule meets every rule; theirs breaks as little as could be found, and the checker names what.
    ``state``: ``optimal`` (the bound is met), ``time`` (seconds were up), ``cancelled``."""

    rota: Rota
    objective: float
    bound: float
    seconds: float
    state: str
    relaxed: tuple[str, ...] = ()

    @property
    def gap(self) -> float:
        """How much of the objective could at most still be saved, as a share of it."""
        return max(0.0, self.objective - self.bound) / max(1e-9, abs(self.objective))


class Refused(ValueError):
    """The problem cannot be planned as it stands; the message says what to change."""
