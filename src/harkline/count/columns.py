"""What is counted: a column for each figure that may be published, and which contacts are a 1 in it. Pure.

A column's rule is a list of words ``what:one|another`` that must all hold. ``mark`` holds where an operator ticked the column at
wrap-up. The first two columns are the same in every log: ``contact`` and ``abandoned``.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MOST = 8  # columns; each costs 160 bytes and a quarter of a millisecond an entry
MARK = "mark"
KNOWN = ("channel", "language", "outcome", "kind", "disposition")
_RULE = re.compile(r"(channel|language|outcome|kind|disposition):([a-z_]+(?:\|[a-z_]+)*)")
TAKEN_UP = ("answered", "message", "callback_requested")
GIVEN_UP = ("abandoned", "short_abandoned")
# Found to be no contact of the kind that the line is for: entered, so that a receipt is found, and counted nowhere.
NOT_MEANT = ("wrong_number", "test")


@dataclass(frozen=True)
class Column:
    """``name`` in the console and in settings, ``wording`` in the log and in every sentence, for ever. ``rate``: the share of
    positive entries whose evidence is drawn in the audit of a large claim."""

    name: str
    wording: str
    when: tuple[str, ...] = ()
    rate: str = "1"


@dataclass(frozen=True)
class Facts:
    """What is known of one attempt when it is entered, in the fixed words of ``intake``. ``taken_up``: it came to a contact that
    somebody closed."""

    channel: str
    language: str
    outcome: str
    kind: str
    disposition: str
    taken_up: bool
    marks: frozenset[str] = frozenset()


CONTACT = Column(
    "contact", "A person reached the line and was answered, or left a message that was taken up", rate="0.1"
)
ABANDONED = Column("abandoned", "Somebody tried to reach the line and gave up before anybody answered", rate="0.1")
COUNSELLING = Column("counselling", "The person who answered recorded it as counselling", ("kind:counselling",))
FIRST = (CONTACT, ABANDONED)


def columns(own: Sequence[Column]) -> tuple[Column, ...]:
    """Every column: the first two, whose wording may be replaced, and the line's own (counselling where it names none)."""
    named = {one.name: one for one in own}
    first = tuple(_reworded(one, named.get(one.name)) for one in FIRST)
    rest = tuple(one for one in own if one.name not in ("contact", "abandoned"))
    return first + (rest or (COUNSELLING,))


def _reworded(one: Column, by: Column | None) -> Column:
    return Column(one.name, by.wording or one.wording, one.when, by.rate) if by else one


def wrong(own: Sequence[Column]) -> str:
    """What is wrong with the line's own columns, in a sentence; empty where nothing is."""
    names = [one.name for one in own]
    if len(set(names)) != len(names):
        return "Two columns have the same name."
    if len(columns(own)) > MOST:
        return f"There are at most {MOST} columns, contact and abandoned included."
    return next((said for one in own if (said := _wrong(one))), "")


def _wrong(one: Column) -> str:
    if one.name in ("contact", "abandoned"):
        return "The rule of contact and abandoned is the same everywhere." if set(one.when) - {MARK} else ""
    bad = next((word for word in one.when if word != MARK and not _RULE.fullmatch(word)), None)
    if bad:
        return f"“{bad}” is no rule: write mark, or one of {', '.join(KNOWN)}, a colon and its words."
    return "" if one.when and one.wording else f"The column {one.name} needs a wording and a rule."


def values(of: Sequence[Column], facts: Facts) -> tuple[int, ...]:
    """0 or 1 for each column.

    >>> values(columns([]), Facts("phone", "en", "answered", "counselling", "resolved", True))
    (1, 0, 1)
    """
    if facts.kind in NOT_MEANT:
        return tuple(0 for _one in of)
    return tuple(int(_is(one, facts)) for one in of)


def _is(one: Column, facts: Facts) -> bool:
    if one.name == "contact":
        return facts.taken_up and facts.outcome in TAKEN_UP
    if one.name == "abandoned":
        return not facts.taken_up and facts.outcome in GIVEN_UP
    said: Mapping[str, str] = {name: getattr(facts, name) for name in KNOWN}
    return all(_holds(word, said, one.name in facts.marks) for word in one.when)


def _holds(word: str, said: Mapping[str, str], marked: bool) -> bool:
    if word == MARK:
        return marked
    what, _colon, among = word.partition(":")
    return said[what] in among.split("|")


def ticked(of: Sequence[Column]) -> list[Column]:
    """The columns that an operator decides at wrap-up."""
    return [one for one in of if MARK in one.when]
