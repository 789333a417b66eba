"""Receipts: ten digits, four chosen by the caller, five by the line, one Damm check digit (Damm 2004, order 10).

The check digit finds every single wrong digit and every swap of two neighbours.
"""

import re
import secrets
from collections.abc import Callable, Container

_TABLE = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)


def check_digit(digits: str) -> str:
    """The Damm check digit of a row of ASCII digits."""
    state = 0
    for digit in digits:
        state = int(_TABLE[state][int(digit)])
    return str(state)


def is_code(code: str) -> bool:
    """Whether this is ten ASCII digits of which the last is right."""
    return re.fullmatch(r"[0-9]{10}", code) is not None and check_digit(code) == "0"


def make(chosen: str | None, taken: Container[str], draw: Callable[[int], int] = secrets.randbelow) -> str:
    """A code that is not taken, beginning with the four digits the caller chose (drawn where they chose none).

    Raises ValueError for what is not four digits, and LookupError when no code of these four digits is free.
    """
    first = chosen if chosen is not None else f"{draw(10_000):04}"
    if re.fullmatch(r"[0-9]{4}", first) is None:
        raise ValueError("a caller chooses four digits")
    start = draw(100_000)
    for step in range(100_000):
        stem = f"{first}{(start + step) % 100_000:05}"
        code = stem + check_digit(stem)
        if code not in taken:
            return code
    raise LookupError("every code with these four digits is taken")


def spoken(code: str) -> str:
    """A code as people read it: ``1234 567 890``."""
    return f"{code[:4]} {code[4:7]} {code[7:]}"


def read(text: str) -> str:
    """The code in what somebody typed, spaces, hyphens and dots left out. Raises ValueError, saying what is wrong."""
    code = re.sub(r"[\s.\-]", "", text)
    if re.fullmatch(r"[0-9]{10}", code) is None:
        raise ValueError("A receipt has ten digits.")
    if not is_code(code):
        raise ValueError("These ten digits are no receipt: one of them is wrong, or two are swapped. Look once more.")
    return code
