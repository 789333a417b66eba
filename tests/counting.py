"""``kill -9`` while the open count sequences: a process that works on a line's folder and dies at its n-th step.

``python tests/counting.py FOLDER DAY DIES`` makes what is due by DAY (days after the first) and dies by SIGKILL at the DIES-th step; 0
lets it live. A step is whatever can be seen from outside: a file flushed or put in place, a commit, a request to a witness, its answer.
"""

import os
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

LEFT = [0]


def step() -> None:
    """Die here, if this is the one."""
    LEFT[0] -= 1
    if LEFT[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)


def around(fn: Callable[..., Any]) -> Callable[..., Any]:
    """A step before it and one after it."""

    def stepped(*args: Any, **given: Any) -> Any:
        step()
        done = fn(*args, **given)
        step()
        return done

    return stepped


def main(folder: Path, day: int, dies: int) -> int:
    from harkline.server import setup

    settings = setup.settings(folder)
    from django.db.backends.base.base import BaseDatabaseWrapper

    from harkline.count import sequence
    from harkline.runtime import clock
    from harkline.server import adapters, counting

    adapters.use_count(settings)
    begun = sequence.begin().begun_at
    LEFT[0] = dies
    os.fsync = around(os.fsync)
    Path.replace = around(Path.replace)  # type: ignore[method-assign]
    BaseDatabaseWrapper._commit = around(BaseDatabaseWrapper._commit)  # type: ignore[attr-defined,method-assign]
    counting.post = around(counting.post)
    with clock.using(clock.Wound(begun + timedelta(days=day))):
        counting.round_()
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
