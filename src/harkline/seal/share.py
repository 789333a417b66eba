"""One page of the recovery kit: a share of the secret as words that can be said, copied by hand and typed back.

Words are proquints (arXiv:0901.4016): sixteen bits as five letters that can be pronounced. A page has 22 of them:

    kit (2) | version, threshold, index (1) | share of the 32-byte secret (16) | check (3)

The check words make it a Reed-Solomon code over GF(65536) of distance four: any one wrong word is found and its place told, and
any two are noticed. The browser's twin is ``static/harkline/seal/share.js``. Pure.
"""

import re
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from harkline.seal.envelope import VERSION

THRESHOLD, COUNT = 3, 5
SECRET = 32  # bytes
WORDS = 22
CHECK = 3  # words

_CONSONANTS = "bdfghjklmnprstvz"
_VOWELS = "aiou"
_FORMAT = 1
_POLYNOMIAL = 0x1100B  # x^16 + x^12 + x^3 + x + 1, of which 2 is a generator


@dataclass(frozen=True)
class Share:
    """``kit``: 4 bytes that all pages of one kit have in common. ``index``: 1 to 5. ``data``: 32 bytes."""

    kit: bytes
    index: int
    data: bytes


class Unreadable(Exception):
    """The words are no page. ``place`` is that of the one wrong word, from 1, where it can be told; ``right`` what it should be.

    ``why``: ``count`` (too few, too many: ``number`` says how many were read), ``word`` (a word that no page has), ``one`` (a
    word of another page), ``several``, ``version`` (of a later Harkline).
    """

    def __init__(self, why: str, *, place: int = 0, right: str = "", number: int = 0) -> None:
        super().__init__(why)
        self.why, self.place, self.right, self.number = why, place, right, number


def new_kit() -> bytes:
    """A new kit's name, as bytes."""
    return secrets.token_bytes(4)


def name_of(kit: bytes) -> str:
    """A kit's name, as people read it: ``lusab-babad``."""
    return "-".join(_word(int.from_bytes(kit[at : at + 2], "big")) for at in (0, 2))


def kit_of(name: str) -> bytes:
    """The kit of a name. Raises ValueError."""
    numbers = [_number(word) for word in name.split("-")]
    if len(numbers) != 2 or None in numbers:
        raise ValueError("not the name of a kit")
    return _bytes([number or 0 for number in numbers])


def words(share: Share) -> list[str]:
    """The 22 words of a page."""
    head = bytes([_FORMAT, THRESHOLD << 4 | share.index])
    raw = share.kit + head + share.data
    said = [int.from_bytes(raw[at : at + 2], "big") for at in range(0, len(raw), 2)]
    return [_word(number) for number in said + _check(said)]


def read(typed: str) -> Share:
    """The page that somebody typed, in any case and spacing, with or without the numbers of its words. Raises Unreadable."""
    found = split_words(typed)
    if len(found) != WORDS:
        raise Unreadable("count", number=len(found))
    numbers = [_number(word) for word in found]
    strange = [place for place, number in enumerate(numbers, 1) if number is None]
    if len(strange) > 1:
        raise Unreadable("word", place=strange[0])
    whole = [number or 0 for number in numbers]
    wrong = _wrong(whole)
    if strange:
        wrong = wrong or (strange[0], 0)  # it stood in for the right one by chance
        raise Unreadable("word", place=strange[0], right=_word(wrong[1]) if wrong[0] == strange[0] else "")
    if wrong:
        raise Unreadable("one" if wrong[0] else "several", place=wrong[0], right=_word(wrong[1]) if wrong[0] else "")
    return _share(_bytes(whole[: WORDS - CHECK]))


def split_words(typed: str) -> list[str]:
    """The words among what was typed: numbers, dots and hyphens are passed over."""
    text = unicodedata.normalize("NFKC", typed).lower()
    return re.findall(r"[^\W\d_]+", text)


def proof(share: Share) -> bytes:
    """What shows that somebody has this page, and does not lead back to it: 32 bytes. The server keeps their SHA-256."""
    info = b"|".join((VERSION, b"recovery-share", name_of(share.kit).encode(), str(share.index).encode()))
    return HKDF(SHA256(), length=32, salt=None, info=info).derive(share.data)


def recovery_info(kit: str, version: int) -> bytes:
    """What a team key's private half is bound to, where it is sealed to the recovery key of a kit (by its name)."""
    return b"|".join((VERSION, b"recovery", kit.encode(), f"team:{version}".encode()))


def _share(raw: bytes) -> Share:
    version, index = raw[4], raw[5] & 15
    if version != _FORMAT or raw[5] >> 4 != THRESHOLD or not 1 <= index <= COUNT:
        raise Unreadable("version")
    return Share(raw[:4], index, raw[6:])


def _word(number: int) -> str:
    a, b, c, d, e = number >> 12, number >> 10 & 3, number >> 6 & 15, number >> 4 & 3, number & 15
    return _CONSONANTS[a] + _VOWELS[b] + _CONSONANTS[c] + _VOWELS[d] + _CONSONANTS[e]


def _number(word: str) -> int | None:
    if not re.fullmatch(f"[{_CONSONANTS}][{_VOWELS}][{_CONSONANTS}][{_VOWELS}][{_CONSONANTS}]", word):
        return None
    number = 0
    for letter in word:
        number = number << 2 | _VOWELS.index(letter) if letter in _VOWELS else number << 4 | _CONSONANTS.index(letter)
    return number


def _bytes(numbers: Sequence[int]) -> bytes:
    return b"".join(number.to_bytes(2, "big") for number in numbers)


def _times(one: int, other: int) -> int:
    product = 0
    while other:
        if other & 1:
            product ^= one
        one <<= 1
        if one & 0x10000:
            one ^= _POLYNOMIAL
        other >>= 1
    return product


# (x + 1)(x + 2)(x + 4) over GF(65536): its roots are the generator's first three powers.
_GENERATOR = (7, 14, 8)


def _check(numbers: Sequence[int]) -> list[int]:
    """The remainder of the words, as a polynomial, by the generator."""
    rest = [0] * CHECK
    for number in numbers:
        lead = number ^ rest[0]
        rest = [*rest[1:], 0]
        rest = [old ^ _times(lead, factor) for old, factor in zip(rest, _GENERATOR, strict=True)]
    return rest


def _wrong(numbers: Sequence[int]) -> tuple[int, int] | None:
    """None if all is well; (place from 1, right number) of the one wrong word; (0, 0) if more than one is."""
    sums = [_evaluate(numbers, 1 << power) for power in range(CHECK)]
    if not any(sums):
        return None
    power = 1  # of the generator, for the last place
    for place in range(len(numbers), 0, -1):
        if sums[0] and _times(sums[0], power) == sums[1] and _times(sums[1], power) == sums[2]:
            return place, numbers[place - 1] ^ sums[0]
        power = _times(power, 2)
    return 0, 0


def _evaluate(numbers: Sequence[int], at: int) -> int:
    value = 0
    for number in numbers:
        value = _times(value, at) ^ number
    return value
