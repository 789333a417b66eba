"""The letters of a card: every slip is noticed, no slip leads to another cell, and guesses fare as reckoned."""

import itertools
import math
import random
from collections import Counter

import pytest

from harkline.channels.radio import alphabet, card
from harkline.channels.radio.alphabet import LETTERS
from harkline.channels.radio.card import Heard

ORGANISATION = bytes(range(32))
KEY = card.card_key(ORGANISATION, "KL4")
FIXED, FIXED_SIGN = ["ACFJ", "HVAK", "EWMV", "PCXX", "YYVR", "FNDE"], "FEJ"


def substitutions(group):
    return {group[:i] + one + group[i + 1 :] for i in range(len(group)) for one in LETTERS if one != group[i]}


def swaps(group):
    found = set()
    for i, j in itertools.combinations(range(len(group)), 2):
        letters = list(group)
        letters[i], letters[j] = letters[j], letters[i]
        found.add("".join(letters))
    return found - {group}


def test_a_card_has_its_shape():
    sheet = [card.cells(KEY, line) for line in range(1, card.LINES + 1)]
    assert all(len(set(row)) == 6 for row in sheet)
    assert {len(one) for row in sheet for one in row} == {4}
    assert set("".join(itertools.chain(*sheet))) == set(LETTERS)
    assert not set("IOQ") & set(LETTERS)
    assert all(len(card.countersign(KEY, line)) == 3 for line in range(1, 26))


def test_letters_do_not_change_between_versions():
    # A card in somebody's pocket must stay right: these were written down when the method was fixed.
    assert card.cells(KEY, 7) == FIXED
    assert card.countersign(KEY, 7) == FIXED_SIGN
    assert card.cells(card.card_key(ORGANISATION, "KL5"), 7) != FIXED


@pytest.mark.parametrize("letters", card.CHOICES)
def test_every_wrong_letter_and_every_swap_over_a_whole_card_is_garbled_and_no_attempt(letters):
    tried = missed = 0
    told = card.offsets(KEY)
    for line in range(1, card.LINES + 1):
        for column, group in enumerate(card.cells(KEY, line, letters)):
            # Somebody free and somebody forced: asked so that this cell is the answer.
            asked = ((column - told.free) % 6, (column - told.forced) % 6)
            for slip in substitutions(group) | swaps(group):
                tried += 1
                missed += any(card.judge(KEY, line, one, slip, letters) != Heard.GARBLED for one in asked)
    assert missed == 0
    assert tried > {3: 13_200, 4: 16_500}[letters]


def test_free_and_forced_are_read_from_columns_that_are_at_least_two_apart():
    seen = set()
    for number in range(400):
        told = card.offsets(card.card_key(ORGANISATION, f"N{number}"))
        apart = (told.forced - told.free) % 6
        assert 2 <= apart <= 4
        seen.add(told)
    assert len(seen) == 18


def test_verdicts():
    told, line = card.offsets(KEY), 7
    row = card.cells(KEY, line)
    for column in range(6):
        verdicts = [card.judge(KEY, line, column, one) for one in row]
        assert verdicts[(column + told.free) % 6] == Heard.RIGHT
        assert verdicts[(column + told.forced) % 6] == Heard.FORCED
        assert verdicts.count(Heard.WRONG) == 4
    for nonsense in ("", "A", "ABCDE", "IOQI", "ABC1", "abcd"):
        assert card.judge(KEY, line, 0, nonsense) == Heard.GARBLED


def test_a_whole_line_read_by_mistake_is_no_attempt_as_a_rule():
    told = card.offsets(KEY)
    wrong = [
        card.judge(KEY, line, 2, card.cells(KEY, other)[(2 + told.free) % 6])
        for line, other in itertools.permutations(range(1, 26), 2)
    ]
    assert wrong.count(Heard.WRONG) <= len(wrong) / 12
    assert Heard.RIGHT not in wrong


@pytest.mark.parametrize(("letters", "bits"), [(3, 13.6), (4, 18.1)])
def test_bits_of_a_guess(letters, bits):
    assert round(math.log2(len(LETTERS) ** letters), 1) == bits


def test_guesses_fare_as_reckoned():
    # Of the 12,167 well-formed answers on a line one is right, and one is taken for somebody's who is forced: benchmarks/radio_cards.py
    # plays them all. Here: the six that stand on the line, and every tenth of the others.
    row = card.cells(KEY, 5)
    guesses = ["".join(one) for one in itertools.islice(itertools.product(LETTERS, repeat=3), 0, None, 10)]
    formed = {one + card.check(one, 5) for one in guesses}
    verdicts = Counter(card.judge(KEY, 5, 1, one) for one in formed | set(row))
    assert verdicts == {Heard.RIGHT: 1, Heard.FORCED: 1, Heard.WRONG: len(formed | set(row)) - 2}


def test_guesses_without_a_check_letter_are_mostly_garbled():
    drawn = random.Random(7)
    guesses = ["".join(drawn.choices(LETTERS, k=4)) for _ in range(2000)]
    formed = sum(one[-1] == card.check(one[:-1], 3) for one in guesses)
    assert 2000 / 23 / 2 < formed < 2000 / 23 * 2


@pytest.mark.parametrize(
    ("typed", "heard"),
    [
        ("kilo lima four", "KL4"),
        ("Alfa X-Ray Juliett Zulu", "AXJZ"),
        ("alpha xray juliet zulu", "AXJZ"),
        ("a b c d", "ABCD"),
        ("abcd", "ABCD"),
        ("PAPA", "PAPA"),
        ("papa alfa papa alfa", "PAPA"),
        ("K ٤", "K4"),
        ("ＫＬ４", "KL4"),
        ("niner two", "92"),
    ],
)
def test_letters_are_taken_as_people_type_them(typed, heard):
    assert alphabet.heard(typed, 4) == heard


def test_letters_are_said_in_words():
    assert alphabet.spoken("KL4 x") == "Kilo Lima Four X-ray"
    assert all(alphabet.heard(word) == sign for sign, word in alphabet.WORDS.items())
