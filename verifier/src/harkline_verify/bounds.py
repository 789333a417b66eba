"""How many of a total are genuine, with what confidence, from a sample without replacement: the exact hypergeometric inversion.

Integers throughout: no rounding, whatever the sizes.
"""

from fractions import Fraction
from math import comb

DOUBT = Fraction(1, 20)


def unlikely(defects: int, total: int, bad: int, sample: int, doubt: Fraction = DOUBT) -> bool:
    """Whether so few defects in a sample would come up with a probability of at most ``doubt`` if ``bad`` of ``total`` were not genuine."""
    # Drawing the sample from the contacts or the bad ones from them is the same: the smaller number makes the smaller integers.
    few, many = sorted((bad, sample))
    low = max(0, few - (total - many))
    ways = sum(comb(many, seen) * comb(total - many, few - seen) for seen in range(low, min(defects, few) + 1))
    return ways * doubt.denominator <= doubt.numerator * comb(total, few)


def at_least_genuine(total: int, sample: int, defects: int, doubt: Fraction = DOUBT) -> int:
    """T - max{B : P(X ≤ d | T, B, n) > doubt}: at least so many of ``total`` are genuine, with confidence 1 - doubt.

    Raises ValueError unless 0 ≤ defects ≤ sample ≤ total.
    """
    if not 0 <= defects <= sample <= total:
        raise ValueError("defects ≤ sample ≤ total")
    low, high = defects, total - (sample - defects)
    while low < high:
        middle = (low + high + 1) // 2
        if unlikely(defects, total, middle, sample, doubt):
            high = middle - 1
        else:
            low = middle
    return total - low


def sample_for(total: int, genuine: int, defects: int = 0, doubt: Fraction = DOUBT) -> int | None:
    """The smallest sample that, with this many defects, shows at least ``genuine`` of ``total``; None if none does."""
    low, high = max(defects, 1), total
    if at_least_genuine(total, high, defects, doubt) < genuine:
        return None
    while low < high:
        middle = (low + high) // 2
        if at_least_genuine(total, middle, defects, doubt) >= genuine:
            high = middle
        else:
            low = middle + 1
    return low
