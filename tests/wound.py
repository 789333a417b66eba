"""``python tests/wound.py FILE python -m harkline.server.command …``: that server, with a clock that is wound on by writing the seconds
into FILE. For journeys in which somebody waits for an hour that does not come during a test."""

import runpy
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from harkline.runtime import clock


def main() -> None:
    """Wind, then be the command."""
    hand = Path(sys.argv[1])
    clock._source = lambda: datetime.now(UTC) + timedelta(seconds=float(hand.read_text() or 0))
    sys.argv = sys.argv[4:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
