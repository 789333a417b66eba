"""The numbers of our messages on the air: three letters and digits. Pure."""

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ALL = len(_DIGITS) ** 3


def on_air(row_id: int) -> str:
    """The number of the message with this id; the same again after 46,656 messages.

    >>> on_air(1), on_air(46_656 + 35)
    ('001', '00Z')
    """
    rest = row_id % ALL
    first, rest = divmod(rest, len(_DIGITS) ** 2)
    second, third = divmod(rest, len(_DIGITS))
    return _DIGITS[first] + _DIGITS[second] + _DIGITS[third]
