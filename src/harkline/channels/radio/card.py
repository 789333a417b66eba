"""What stands on a contact card, and what an answer is worth. Pure: keys and letters in, letters and verdicts out.

Key of a card = HKDF-SHA256 (RFC 5869) of the organisation's card key and the card's name; a cell = HMAC-SHA256 (RFC 2104) of the card's
key over line and column. Method and figures: ``docs/explanation/radio-cards.md``.
"""

import hmac
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from harkline.channels.radio.alphabet import COLUMNS, LETTERS, SIZE
from harkline.seal.hashes import same

LINES = 25
WIDTH = len(COLUMNS)
CHOICES = (3, 4)  # letters of a cell; its check letter comes after them
COUNTERSIGN = 3
APART = 2  # columns, at least, between the answer of somebody free and that of somebody forced


class Heard(StrEnum):
    """What an answer is."""

    RIGHT = "right"
    FORCED = "forced"  # right, and given by somebody who is not free
    WRONG = "wrong"  # well formed, and not what stands there: an attempt
    GARBLED = "garbled"  # its letters do not fit one another: to be said again, no attempt


@dataclass(frozen=True)
class Offsets:
    """By how many columns to the right (after F comes A) an answer is read from the column that was asked: memorised, never printed."""

    free: int
    forced: int


def card_key(organisation_key: bytes, name: str) -> bytes:
    """The 32 bytes from which a card's letters follow."""
    return HKDF(SHA256(), length=32, salt=None, info=b"harkline radio card 1|" + name.encode()).derive(organisation_key)


def offsets(key: bytes) -> Offsets:
    """The card's two offsets: one of the eighteen pairs that are at least two columns apart, going round."""
    pairs = [
        Offsets(free, forced)
        for free in range(WIDTH)
        for forced in range(WIDTH)
        if APART <= (forced - free) % WIDTH <= WIDTH - APART
    ]
    return pairs[_number(key, "offsets") % len(pairs)]


def check(letters: str, line: int) -> str:
    """The check letter. With weights that are distinct, not 0 and not -1 modulo 23 it differs after every single wrong letter and every
    swap of two, itself among them. It is the same for all columns of a line, so that a slip never leads from one cell to another."""
    total = sum(weight * LETTERS.index(one) for weight, one in enumerate(letters, start=1))
    return LETTERS[(total + 7 * line + 3 * len(letters)) % SIZE]


def cells(key: bytes, line: int, letters: int = 3) -> list[str]:
    """The six groups of a line, A to F, all different, each with its check letter. Raises ValueError for a line that no card has."""
    if not 1 <= line <= LINES or letters not in CHOICES:
        raise ValueError("a card has lines 1 to 25, of three or four letters")
    found: list[str] = []
    for column in COLUMNS:
        turn = 0
        while (group := _letters(key, f"cell|{line}|{column}|{turn}", letters)) in found:
            turn += 1
        found.append(group)
    return [group + check(group, line) for group in found]


def countersign(key: bytes, line: int) -> str:
    """What the line answers, by which the caller knows that it is genuine."""
    return _letters(key, f"countersign|{line}", COUNTERSIGN)


def judge(key: bytes, line: int, column: int, answer: str, letters: int = 3) -> Heard:
    """What an answer to the question for this line and column (0 is A) is worth. Compares in constant time."""
    if len(answer) != letters + 1 or not set(answer) <= set(LETTERS) or answer[-1] != check(answer[:-1], line):
        return Heard.GARBLED
    groups, told = cells(key, line, letters), offsets(key)
    free = same(answer.encode(), groups[(column + told.free) % WIDTH].encode())
    forced = same(answer.encode(), groups[(column + told.forced) % WIDTH].encode())
    return Heard.RIGHT if free else Heard.FORCED if forced else Heard.WRONG


def _letters(key: bytes, what: str, count: int) -> str:
    number, found = _number(key, what), ""
    for _ in range(count):
        number, one = divmod(number, SIZE)
        found += LETTERS[one]
    return found


def _number(key: bytes, what: str) -> int:
    # 2**256 is so many times 23**4 that the remainders show no preference that anybody could measure.
    return int.from_bytes(hmac.new(key, what.encode(), sha256).digest(), "big")
