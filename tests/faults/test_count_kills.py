"""``kill -9`` while a day is entered, signed, confirmed and shown. (``tests/security/test_count_kills.py`` does it 200 times.)"""

import random
from pathlib import Path

import pytest
from tests import killing_the_count

pytestmark = pytest.mark.flow


def test_the_log_never_forks_and_nobody_who_was_told_a_receipt_is_lost(tmp_path: Path) -> None:
    outcome = killing_the_count.kill_often(tmp_path, 3, random.Random())
    assert outcome.told >= 1
    assert (outcome.forks, outcome.lost, outcome.twice) == (0, 0, 0)
