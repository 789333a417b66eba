"""``kill -9`` of ``harkline serve`` at random moments under intake of all three channels: what was acknowledged is there.

``python benchmarks/kills.py [KILLS] [SEED]``; fifty by default, about two minutes.
"""

import random
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests import killing
from tests.harness import Line

from benchmarks.figures import Sheet, spread


def main(kills: int = 50, seed: int = 0) -> int:
    seed = seed or random.SystemRandom().randrange(1, 1 << 31)
    sheet = Sheet(f"{kills} kills under intake by mail, page and phone (seed {seed})")
    with tempfile.TemporaryDirectory() as folder, Line(Path(folder)) as line:
        line.init()
        found = killing.run(line, kills, random.Random(seed))
    sheet.say(
        f"{found.acknowledged} acknowledged, of them {found.calls_taken} calls; {found.calls_recorded} calls recorded"
    )
    sheet.say(f"killed → answers again: {spread(found.restarts)}")
    sheet.bar("acknowledged contacts lost", found.lost, most=0)
    sheet.bar("waiting and never offered again", found.stuck, most=0)
    sheet.bar("database", float(found.database != "ok"), most=0)
    return sheet.code()


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
