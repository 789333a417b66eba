"""``kill -9`` while a day is entered, signed, confirmed and shown. (``tests/security/test_count_kills.py`` does it 200 times.)"""

import random
from pathlib import Path

import pytest
from tests import killing_the_count

pytestmark = pytest.mark.flow


def test_the_log_never_forks_and_nobody_who_was_told_a_receipt_is_lost(tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(1 << 31)
    found = killing_the_count.kill_often(tmp_path, 8, seed)
    assert found["kills"] == 8, seed
    assert (found["forks"], found["lost"], found["twice"], found["stopped"]) == (0, 0, 0, ""), seed
