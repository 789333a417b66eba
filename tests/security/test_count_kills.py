"""``kill -9`` two hundred times, at any step by which a day is entered, signed, confirmed and shown."""

import os
import random
from collections.abc import Callable
from pathlib import Path

from tests import killing_the_count

KILLS = int(os.environ.get("HARKLINE_KILLS", "200"))


def test_two_hundred_kills_never_fork_the_log_and_lose_nobody(
    tmp_path: Path, figure: Callable[[str, str], None]
) -> None:
    seed = random.SystemRandom().randrange(1 << 31)
    found = killing_the_count.kill_often(tmp_path, KILLS, seed)
    figure(
        f"{KILLS} kills of the count",
        f"{found['told']} receipts told, {found['lost']} lost, {found['twice']} entered twice, {found['forks']} forks, "
        f"{found['days']} days shown (seed {seed})",
    )
    assert (found["forks"], found["lost"], found["twice"], found["stopped"]) == (0, 0, 0, "")
