"""Contact cards under guesses and slips: what an attacker's answers come to, beside what is reckoned.

    python -m benchmarks.radio_cards

Prints, for three and four letters, the bits of a guess, all well-formed answers to one line judged one by one (three letters) or a sample
of them (four), every single wrong letter and swap over a whole card, and the time that a verdict takes.
"""

import itertools
import math
import random
import secrets
import time
from collections import Counter
from collections.abc import Iterable

from harkline.channels.radio import card
from harkline.channels.radio.alphabet import LETTERS
from harkline.channels.radio.card import Heard

SAMPLE = 20_000


def guesses(letters: int) -> Iterable[str]:
    """Every group of so many letters, or a sample where there are too many to play."""
    if len(LETTERS) ** letters <= SAMPLE:
        return ("".join(one) for one in itertools.product(LETTERS, repeat=letters))
    return ("".join(random.choices(LETTERS, k=letters)) for _ in range(SAMPLE))


def slips(group: str) -> set[str]:
    """The group with one letter wrong, and with two swapped."""
    found = {group[:i] + one + group[i + 1 :] for i in range(len(group)) for one in LETTERS}
    for i, j in itertools.combinations(range(len(group)), 2):
        swapped = list(group)
        swapped[i], swapped[j] = swapped[j], swapped[i]
        found.add("".join(swapped))
    return found - {group}


def play(letters: int) -> None:
    """One length of group."""
    key = card.card_key(secrets.token_bytes(32), "KL4")
    groups = len(LETTERS) ** letters
    print(f"{letters} letters: {groups:,} groups, {math.log2(groups):.1f} bits a guess")
    begun, played = time.perf_counter(), 0
    verdicts: Counter[Heard] = Counter()
    for one in guesses(letters):
        verdicts[card.judge(key, 5, 1, one + card.check(one, 5), letters)] += 1
        played += 1
    each = (time.perf_counter() - begun) / played
    print(
        f"  {played:,} well-formed answers: right {verdicts[Heard.RIGHT]}, forced {verdicts[Heard.FORCED]}, wrong {verdicts[Heard.WRONG]:,}"
    )
    print(
        f"  expected of each {played / groups:.2f}; ratio of accepted to expected {sum((verdicts[Heard.RIGHT], verdicts[Heard.FORCED])) / (2 * played / groups):.2f}"
    )
    print(f"  {each * 1e6:.0f} µs a verdict")
    year = 3650 / groups
    print(
        f"  ten wrong answers a day for a year: one right with {1 - math.exp(-year):.1%}; two lines asked for: {3650 / groups**2:.1e}"
    )
    tried = missed = 0
    for line in range(1, card.LINES + 1):
        told = card.offsets(key)
        for at, group in enumerate(card.cells(key, line, letters)):
            for slip in slips(group):
                tried += 1
                missed += card.judge(key, line, (at - told.free) % card.WIDTH, slip, letters) is not Heard.GARBLED
    print(f"  single wrong letters and swaps over a whole card: {missed} missed of {tried:,}")


if __name__ == "__main__":
    for length in card.CHOICES:
        play(length)
