"""What hangs on the wall, where everybody in the room reads it: nothing that is hidden from any colleague, and no small counts."""

from datetime import datetime, time

from harkline.console import board, publish, scoreboard, tally
from harkline.console.board import Queue
from harkline.console.publish import Shown
from harkline.console.tally import CALLS
from harkline.line import this
from harkline.rota.targets import present
from harkline.runtime import clock


def queues() -> list[Queue]:
    """Who waits, by channel and language."""
    return board.queues(None)


def nothing() -> Shown:
    """A day on which nobody called."""
    by = board.definition()
    return publish.shown(tally.tally([], by), by, None)[0]


def today() -> Shown:
    """The calls since midnight, in all. A screen that is looked at all day shows each call as it comes: so there are no parts, and nothing
    at all until more than a few have called."""
    now = clock.now()
    midnight = datetime.combine(now.astimezone(this.zone()).date(), time(), this.zone())
    rows = scoreboard.rows(None, scoreboard.Period("today", midnight, now))[CALLS]
    found = tally.tally(rows, board.definition())
    everybody = {("all", ""): found["all", ""]}
    return publish.shown(everybody, board.definition(), present().small_cell)[0]
