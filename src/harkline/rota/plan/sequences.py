"""The rules of a person from day to day, as an automaton: which states a person can be in, and what each day leads to.

A state remembers no more than the rules need: how long the run of working days or days off is, which shifts are forbidden tomorrow and the day after,
how many nights came in a row. Shifts that forbid the same ones share their states, which keeps the automaton small.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from harkline.rota.plan.terms import DAY, Person, ShiftType

EMPTY: frozenset[int] = frozenset()


@dataclass(frozen=True)
class State:
    """``run``: working days in a row when positive, days off in a row when negative, 0 before a plan without a history.
    ``open_start``: the run may have begun before the plan. ``tomorrow``, ``later``: shifts forbidden tomorrow and the day after."""

    run: int = 0
    open_start: bool = True
    tomorrow: frozenset[int] = EMPTY
    later: frozenset[int] = EMPTY
    nights: int = 0
    owed: int = 0  # days off still due after nights


@dataclass(frozen=True)
class Automaton:
    """``off[state]`` and ``work[state][shift]``: the next state, -1 where a rule forbids it. ``works[state]``: that day was worked."""

    states: tuple[State, ...]
    off: tuple[int, ...]
    work: tuple[tuple[int, ...], ...]
    works: tuple[bool, ...]


def automaton(shifts: tuple[ShiftType, ...], person: Person, days: int) -> Automaton:
    """Every state that can be reached from what the person did ``before``, state 0 being that."""
    steps = _Steps(shifts, person, days)
    states = [steps.history()]
    index = {states[0]: 0}
    off: list[int] = []
    work: list[tuple[int, ...]] = []

    def number(state: State | None) -> int:
        if state is None:
            return -1
        if state not in index:
            index[state] = len(states)
            states.append(state)
        return index[state]

    for state in _growing(states):
        off.append(number(steps.off(state)))
        work.append(tuple(number(steps.work(state, shift)) for shift in range(len(shifts))))
    return Automaton(tuple(states), tuple(off), tuple(work), tuple(state.run > 0 for state in states))


def _growing(states: list[State]) -> Iterator[State]:
    position = 0
    while position < len(states):
        yield states[position]
        position += 1


class _Steps:
    """One day further, by the rules of one person."""

    def __init__(self, shifts: tuple[ShiftType, ...], person: Person, days: int) -> None:
        self.shifts, self.person = shifts, person
        self.longest = days + 1 if person.max_days_in_row is None else person.max_days_in_row
        # A run counts no further than a rule looks.
        self.cap_work = max(person.min_days_in_row, person.max_days_in_row or 0)
        self.cap_off = max(person.min_days_off, 1)
        self.tomorrow = [self._forbidden(shift, 1) for shift in range(len(shifts))]
        self.later = [self._forbidden(shift, 2) for shift in range(len(shifts))]

    def history(self) -> State:
        """The state of the day before the plan, from what is known of the days before."""
        state = State()
        names = {one.name: number for number, one in enumerate(self.shifts)}
        for name in self.person.before:
            # What has happened has happened: a rule that it breaks is not held against the days to come.
            state = self._worked(state, names[name]) if name in names else self._free(state)
        return state

    def off(self, state: State) -> State | None:
        short = 0 < state.run < self.person.min_days_in_row and not state.open_start
        return None if short else self._free(state)

    def work(self, state: State, shift: int) -> State | None:
        if shift in state.tomorrow or state.owed or state.run >= self.longest:
            return None
        if state.run < 0 and -state.run < self.person.min_days_off and not state.open_start:
            return None
        night = self.shifts[shift].night
        if state.nights and not night and self.person.days_off_after_nights:
            return None
        most = self.person.max_nights_in_row
        return None if night and most is not None and state.nights >= most else self._worked(state, shift)

    def _free(self, state: State) -> State:
        begins = state.run > 0
        run = -1 if begins else max(state.run - 1, -self.cap_off)
        open_start = state.open_start and not begins and -run < self.cap_off
        owed = self.person.days_off_after_nights - 1 if state.nights else state.owed - 1
        return State(run, open_start, state.later, EMPTY, 0, max(owed, 0))

    def _worked(self, state: State, shift: int) -> State:
        begins = state.run <= 0
        run = 1 if begins else min(state.run + 1, self.cap_work)
        open_start = state.open_start and (not begins or state.run == 0) and run < self.person.min_days_in_row
        nights = self._nights(state.nights) if self.shifts[shift].night else 0
        return State(
            run,
            open_start,
            self.tomorrow[shift] | state.later,
            self.later[shift],
            nights,
            0,
        )

    def _nights(self, before: int) -> int:
        most = self.person.max_nights_in_row
        if most is not None:
            return min(before + 1, most)
        return 1 if self.person.days_off_after_nights else 0

    def _forbidden(self, shift: int, days: int) -> frozenset[int]:
        """The shifts that may not follow this one so many days later."""
        one = self.shifts[shift]
        ends = one.starts + one.minutes
        short = {n for n, other in enumerate(self.shifts) if days * DAY + other.starts - ends < self.person.rest}
        named = {n for n, other in enumerate(self.shifts) if other.name in one.not_before} if days == 1 else set()
        return frozenset(short | named)
