"""The letters of a contact card, and the words by which letters are spoken (ITU Radio Regulations, appendix 14; ICAO annex 10).

Twenty-three letters: I, O and Q are left out, because on paper they are taken for 1 and 0. Twenty-three is prime, so that check letters
are sums in a field.
"""

import unicodedata

LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
SIZE = len(LETTERS)
COLUMNS = "ABCDEF"

_PHONETIC = (
    "Alfa Bravo Charlie Delta Echo Foxtrot Golf Hotel India Juliett Kilo Lima Mike November Oscar Papa Quebec Romeo Sierra "
    "Tango Uniform Victor Whiskey X-ray Yankee Zulu"
)
_SPOKEN_FIGURES = "Zero One Two Three Four Five Six Seven Eight Nine"
WORDS = {word[0]: word for word in _PHONETIC.split()}
FIGURES = {str(figure): word for figure, word in enumerate(_SPOKEN_FIGURES.split())}
# How people write the same words who did not learn them from this table.
_ALSO = {
    "ALPHA": "A",
    "CHARLEY": "C",
    "JULIET": "J",
    "JULIETTE": "J",
    "OSKAR": "O",
    "WHISKY": "W",
    "XRAY": "X",
    "NINER": "9",
}
_HEARD = {
    **{"".join(filter(str.isalnum, word)).upper(): sign for sign, word in {**WORDS, **FIGURES}.items()},
    **_ALSO,
}


def spoken(signs: str) -> str:
    """Letters and figures as words.

    >>> spoken("KL4")
    'Kilo Lima Four'
    """
    return " ".join(WORDS.get(sign, FIGURES.get(sign, sign)) for sign in signs.upper() if not sign.isspace())


def heard(typed: str, length: int = 0) -> str:
    """The letters and figures that somebody typed, as such or as words, in any case and spacing; what is neither is kept, so that it
    can be seen to be no letter of a card. One word of just ``length`` letters is letters: a cell may read PAPA.

    >>> heard("alfa x-ray K 7")
    'AXK7'
    >>> heard("papa", 4), heard("papa", 1)
    ('PAPA', 'P')
    """
    plain = unicodedata.normalize("NFKC", typed).upper().replace("-", "")
    if len(plain.strip()) == length > 1:
        return _digits(plain.strip())
    return "".join(
        _HEARD.get(part, _digits(part)) for part in "".join(c if c.isalnum() else " " for c in plain).split()
    )


def _digits(part: str) -> str:
    return "".join(str(unicodedata.digit(c)) if c.isdecimal() else c for c in part)
