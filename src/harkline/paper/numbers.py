"""Telephone numbers as people read them off a wall."""

# Lengths of country calling codes by their first digits (ITU-T E.164, list of assigned codes); all others have three digits.
_ONE = "17"
_TWO = frozenset(
    str(one)
    for some in (
        (20, 27, 36, 39, 40, 41, 81, 82, 84, 86, 98),
        *(range(30, 35), range(43, 50), range(51, 59), range(60, 67), range(90, 96)),
    )
    for one in some
)


def grouped(number: str) -> str:
    """``+442079460123`` as ``+44 207 946 0123``: the country's code, groups of three, and four at the end. Short numbers stay."""
    digits = number.removeprefix("+")
    if not digits.isdigit() or len(digits) < 7:
        return number
    code = digits[: _code(digits)] if number.startswith("+") else ""
    rest = digits[len(code) :]
    head, last = rest[:-4], rest[-4:]
    first = len(head) % 3
    groups = [head[:first], *(head[at : at + 3] for at in range(first, len(head), 3)), last]
    return " ".join(filter(None, [f"+{code}" if code else "", *groups]))


def _code(digits: str) -> int:
    if digits[0] in _ONE:
        return 1
    return 2 if digits[:2] in _TWO else 3
