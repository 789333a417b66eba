"""A band around a mean: the negative binomial, and how far forecasts were off. Pure."""

from collections.abc import Iterable
from math import ceil, exp, lgamma, log, sqrt

_LONG = 100_000


def quantile(mean: float, scatter: float, share: float) -> int:
    """The smallest number that ``share`` of all draws do not exceed. ``scatter``: relative variance beyond Poisson, so that the variance is
    mean + scatter × mean²; 0 is Poisson itself."""
    if mean <= 0:
        return 0
    if mean > 5000:  # the normal is as good, and its sum is not a loop
        return max(0, ceil(mean + _normal(share) * sqrt(mean + scatter * mean * mean)))
    size = 1 / scatter if scatter > 1e-9 else 0.0
    term = exp(size * log(size / (size + mean))) if size else exp(-mean)
    total, number = term, 0
    while total < share and number < _LONG:
        number += 1
        ratio = (size + number - 1) / number * mean / (size + mean) if size else mean / number
        term *= ratio
        total += term
        if term == 0.0 and number < mean:  # the first terms are below what a float can hold
            return _from_the_mode(mean, size, share)
    return number


def _from_the_mode(mean: float, size: float, share: float) -> int:
    total, number = 0.0, max(0, int(mean - 40 * sqrt(mean + (mean * mean / size if size else 0.0))))
    while number < _LONG:
        total += exp(_log_chance(mean, size, number))
        if total >= share:
            break
        number += 1
    return number


def _log_chance(mean: float, size: float, number: int) -> float:
    if not size:
        return number * log(mean) - mean - lgamma(number + 1)
    start = lgamma(number + size) - lgamma(size) - lgamma(number + 1)
    return start + size * log(size / (size + mean)) + number * log(mean / (size + mean))


def _normal(share: float) -> float:
    """The quantile of the standard normal (Abramowitz and Stegun 26.2.23, error below 4.5e-4)."""
    tail = min(share, 1 - share)
    t = sqrt(-2 * log(max(tail, 1e-300)))
    found = t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)))
    return found if share >= 0.5 else -found


LEAST = 0.02  # what a forecast of nothing is taken for: otherwise one call would be infinitely surprising


def deviance(pairs: Iterable[tuple[float, float]]) -> float:
    """The mean Poisson deviance of (came, forecast): twice the log-likelihood that was lost. 0 is perfect."""
    total = number = 0.0
    for came, meant in pairs:
        meant = max(meant, LEAST)
        total += 2 * ((came * log(came / meant) if came > 0 else 0.0) - (came - meant))
        number += 1
    return total / number if number else 0.0


def wape(pairs: Iterable[tuple[float, float]]) -> float:
    """All errors without their sign, over all that came (weighted absolute percentage error)."""
    off = came = 0.0
    for real, meant in pairs:
        off += abs(real - meant)
        came += real
    return off / came if came else 0.0
