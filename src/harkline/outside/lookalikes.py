"""Names that look like the line's own: typing slips, letters that look alike, other endings. Pure.

What people type wrongly and what others register for it, by the kinds that studies of typosquatting name: omission, doubling,
transposition, a neighbouring key, look-alike letters (Unicode TR39), a hyphen, an added word, another top-level domain.
"""

from collections.abc import Iterator

MOST = 400
_NEAR = {
    "q": "wa", "w": "qes", "e": "wrd", "r": "etf", "t": "ryg", "y": "tuh", "u": "yij", "i": "uok", "o": "ipl", "p": "ol",
    "a": "qsz", "s": "awdx", "d": "sefc", "f": "drgv", "g": "fthb", "h": "gyjn", "j": "hukm", "k": "jil", "l": "kop",
    "z": "asx", "x": "zsdc", "c": "xdfv", "v": "cfgb", "b": "vghn", "n": "bhjm", "m": "njk",
}  # fmt: skip
_ALIKE = {
    "o": ["0", "о", "ο"], "l": ["1", "i", "ӏ"], "i": ["1", "l", "і", "ı"], "a": ["а", "ä", "á"], "e": ["е", "é", "3"], "c": ["с"],
    "p": ["р"], "x": ["х"], "y": ["у"], "s": ["ѕ", "5"], "h": ["һ"], "d": ["ԁ"], "m": ["rn"], "w": ["vv", "ԝ"], "n": ["п"], "u": ["υ", "v"],
    "rn": ["m"], "vv": ["w"], "cl": ["d"],
}  # fmt: skip
_WORDS = ("help", "line", "online", "hotline", "support", "info", "official", "secure")
_ENDINGS = (
    "com",
    "org",
    "net",
    "info",
    "online",
    "site",
    "help",
    "support",
    "app",
    "io",
    "co",
    "me",
    "xyz",
    "link",
    "eu",
)
_SECOND = frozenset({"ac", "co", "com", "edu", "gov", "net", "ngo", "or", "org"})


def similar(name: str) -> list[str]:
    """Names to look at, as DNS writes them (IDNA), the likeliest kinds first, at most ``MOST``. ``name`` is a host or a mail domain.

    >>> similar("www.line.example")[:3]
    ['ine.example', 'lne.example', 'lie.example']
    """
    label, ending = _registered(name.lower().rstrip("."))
    if not label:
        return []
    found: dict[str, None] = {}
    for one in _variants(label, ending):
        if (made := _dns(one)) and made != f"{label}.{ending}":
            found.setdefault(made)
    return list(found)[:MOST]


def _registered(name: str) -> tuple[str, str]:
    """The part that somebody registered, and the ending under which it is: ``line`` and ``org.uk`` of ``www.line.org.uk``."""
    parts = name.split(".")
    if len(parts) < 2 or parts[-1].isdigit():
        return "", ""
    two = len(parts) > 2 and len(parts[-1]) == 2 and parts[-2] in _SECOND
    return parts[-3 if two else -2], ".".join(parts[-2 if two else -1 :])


def _variants(label: str, ending: str) -> Iterator[str]:
    for one in (*_slips(label), *_homographs(label)):
        yield f"{one}.{ending}"
    yield from (f"{label}.{other}" for other in _ENDINGS)
    for one in _extended(label):
        yield f"{one}.{ending}"


def _slips(label: str) -> Iterator[str]:
    places = range(len(label))
    yield from (label[:at] + label[at + 1 :] for at in places)
    yield from (label[:at] + label[at + 1] + label[at] + label[at + 2 :] for at in places[:-1])
    yield from (label[: at + 1] + label[at:] for at in places)
    yield from (label[:at] + near + label[at + 1 :] for at in places for near in _NEAR.get(label[at], ""))


def _homographs(label: str) -> Iterator[str]:
    for letters, others in _ALIKE.items():
        at = label.find(letters)
        while at >= 0:
            yield from (label[:at] + other + label[at + len(letters) :] for other in others)
            at = label.find(letters, at + 1)
    # A whole word in the letters of another alphabet cannot be told from ours at all.
    whole = "".join(_ALIKE.get(letter, [letter])[-1] if letter in "aceopxysh" else letter for letter in label)
    yield whole


def _extended(label: str) -> Iterator[str]:
    yield from (label[:at] + "-" + label[at:] for at in range(1, len(label)))
    yield label.replace("-", "")
    yield from (f"{label}-{word}" for word in _WORDS)
    yield from (f"{label}{word}" for word in _WORDS)
    yield f"www{label}"


def _dns(name: str) -> str:
    try:
        made = name.encode("idna").decode()
    except UnicodeError:
        return ""
    bad = any(not part or part.startswith("-") or part.endswith("-") for part in made.split("."))
    return "" if bad else made


def shown(name: str) -> str:
    """A name in its own letters, with what DNS calls it where that differs."""
    try:
        own = name.encode().decode("idna")
    except UnicodeError:
        return name
    return name if own == name else f"{own} ({name})"
