"""``kill -9`` two hundred times, at any moment, while callers come by mail, page and phone."""

import os
import random
from collections.abc import Callable

from tests import killing
from tests.harness import Line

KILLS = int(os.environ.get("HARKLINE_KILLS", "200"))


def test_two_hundred_kills_lose_nothing_that_was_acknowledged(fresh: Line, figure: Callable[[str, str], None]) -> None:
    seed = random.SystemRandom().randrange(1 << 31)
    found = killing.run(fresh, KILLS, random.Random(seed))
    restarts = sorted(found.restarts)
    figure(
        f"{KILLS} kills",
        f"{found.acknowledged} acknowledged, {found.lost} lost, {found.stuck} never offered again, database {found.database}, "
        f"answers again after p50 {restarts[len(restarts) // 2]:.2f} s (seed {seed})",
    )
    assert (found.lost, found.stuck, found.database) == (0, 0, "ok")
    assert found.acknowledged > KILLS
