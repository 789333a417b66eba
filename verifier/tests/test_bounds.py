"""The hypergeometric statement against scipy, against published numbers, and by drawing samples."""

import random

import pytest

from harkline_verify import bounds

GRID = [
    (total, sample, defects)
    for total in (1, 2, 10, 21, 96, 1000, 20_000)
    for sample in sorted({0, 1, min(total // 3, 500), min(total // 2, 500), min(total, 59), min(total, 300)})
    for defects in (0, 1, 3, 10)
    if defects <= sample
]


def test_the_bound_is_scipys_on_a_grid():
    np = pytest.importorskip("numpy")
    hypergeom = pytest.importorskip("scipy.stats").hypergeom
    total, sample, defects = map(np.array, zip(*GRID, strict=True))
    bad = np.array([one[0] - bounds.at_least_genuine(*one) for one in GRID])
    likely, most = hypergeom.cdf(defects, total, bad, sample) > 0.05 - 1e-9, total - (sample - defects)
    assert all((bad == defects) | likely)
    assert all((bad == most) | (hypergeom.cdf(defects, total, np.minimum(bad + 1, most), sample) <= 0.05 + 1e-9))


@pytest.mark.parametrize(("total", "bad", "sample"), [(96, 9, 27), (200, 60, 20), (1000, 50, 59), (21, 2, 16)])
def test_the_statement_is_wrong_less_than_once_in_twenty(total, bad, sample):
    draw = random.Random(20261127)
    contacts = [True] * bad + [False] * (total - bad)
    told = {defects: bounds.at_least_genuine(total, sample, defects) for defects in range(min(bad, sample) + 1)}
    trials = 4000
    wrong = sum(told[sum(draw.sample(contacts, sample))] > total - bad for _trial in range(trials))
    assert wrong / trials < 0.05 + 0.01  # three standard errors above the bound itself


def test_senseless_samples_are_refused():
    for total, sample, defects in ((5, 6, 0), (5, 2, 3), (5, 2, -1)):
        with pytest.raises(ValueError, match="defects"):
            bounds.at_least_genuine(total, sample, defects)
