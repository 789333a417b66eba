"""An administrator hears of a mistake in the radio's settings before a caller, or the regulator, does."""

from dataclasses import replace

import pytest

from harkline.channels.radio.aprs import checks
from harkline.channels.radio.aprs.settings import RadioSettings

PUBLISHED = [("X0LINE-1", "amateur")]
GOOD = RadioSettings(
    call_sign="X0LINE-1", licence="held by the line", transmit=True, path=("WIDE1-1",), beacon_minutes=30
)


def test_an_ordinary_station_has_no_problem():
    assert checks.problems(GOOD, PUBLISHED, "Check words: acorn almond anchor apple april") == []
    assert checks.problems(RadioSettings(call_sign="X0LINE-1"), PUBLISHED) == []


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"host": "192.0.2.7"}, "another host"),
        ({"call_sign": ""}, "no call sign"),
        ({"call_sign": "N0CALL"}, "nobody's"),
        ({"call_sign": "X0LINE-2"}, "no station by data"),
        ({"licence": ""}, "only listens"),
        ({"band": "licensed"}, "another in the settings"),
        ({"canary": True, "path": ()}, "try its own call sign"),
        ({"beacon_minutes": 5}, "keeps others off"),
    ],
)
def test_a_mistake_is_said_with_what_to_do(changes, word):
    found = checks.problems(replace(GOOD, **changes), PUBLISHED)
    assert any(word in sentence for sentence, _remedy in found)
    assert all(remedy for _sentence, remedy in found)


def test_no_data_on_the_citizens_band_unasked():
    assert checks.problems(replace(GOOD, band="cb"), [("X0LINE-1", "cb")])


def test_a_beacon_that_is_too_long_says_nothing():
    assert checks.problems(GOOD, PUBLISHED, "x" * 63)
