"""A line with a station by voice, a supervisor who issues cards, an operator who hears callers."""

from types import SimpleNamespace

import pytest

from harkline.channels.radio import card, issue, keys, log
from harkline.channels.radio.models import Card
from harkline.line import radio


@pytest.fixture
def station(team_private):
    return radio.add_station("X0LINE", 145_500_000, "amateur", label="repeater of the hills")


@pytest.fixture
def crew(staff):
    """``crew.boss`` may issue cards; ``crew.robin`` and ``crew.sam`` answer."""
    return SimpleNamespace(boss=staff("boss", role="supervisor"), robin=staff("robin"), sam=staff("sam"))


@pytest.fixture
def printed(crew):
    """A card that somebody has: ``printed(label="…")``."""

    def make(**more) -> Card:
        made = issue.issue(crew.boss.pk, **more)
        assert issue.print_once(made.pk, crew.boss.pk)
        return Card.objects.select_related("key").get(pk=made.pk)

    return make


@pytest.fixture
def heard(station):
    """Somebody is heard, and an operator logs it: ``heard(robin)`` gives the contact's id."""
    numbers = iter(range(1000))
    return lambda operator: log.heard(station, "en", operator.pk, f"nonce-{next(numbers)}").id


class Holder:
    """Who has the card, and reads from it."""

    def __init__(self, row: Card) -> None:
        self.row, self.key = row, keys.of(row)

    def reads(self, line: int, column: int, *, forced: bool = False) -> str:
        told = card.offsets(self.key)
        cells = card.cells(self.key, line, self.row.letters)
        return cells[(column + (told.forced if forced else told.free)) % 6]

    def guesses(self, line: int, column: int) -> str:
        """Well formed and wrong."""
        right = {self.reads(line, column), self.reads(line, column, forced=True)}
        letters = self.row.letters
        made = (one * letters for one in "ABCD")
        return next(one for one in (two + card.check(two, line) for two in made) if one not in right)

    def countersign(self, line: int) -> str:
        return card.countersign(self.key, line)


@pytest.fixture
def holder():
    return Holder
