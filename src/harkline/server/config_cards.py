"""The settings of contact cards for the radio."""

from dataclasses import dataclass

from harkline.server import keys as kind
from harkline.server.keys import key


@dataclass(frozen=True, kw_only=True)
class Cards:
    """Contact cards, by which somebody is recognised over the air. See docs/howto/radio-cards.md."""

    wrong_answers: int = key(
        kind.whole(1, 1000),
        10,
        "From so many wrong answers on, over all cards, two lines are asked for instead of one, and an alarm is raised.",
        "Guessing for longer before anybody notices; or, with a small number, having every caller asked for two lines.",
    )
    within_hours: int = key(
        kind.whole(1, 720), 24, "For how long a wrong answer counts.", "Guessing slowly enough not to be noticed."
    )
    valid_days: int = key(
        kind.whole(1, 3650),
        365,
        "For how long a card is good, unless whoever issues it says otherwise.",
        "Using a found card for longer.",
    )
