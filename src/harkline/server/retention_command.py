"""``harkline retention``: what is kept for how long, what would go, and removing it now."""

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

from harkline.server import setup

if TYPE_CHECKING:
    from harkline.server.command import Commands


def add(commands: "Commands", data: Callable[[argparse.ArgumentParser], None]) -> None:
    """Put the command among the others."""
    one = commands.add_parser("retention", help="remove what is due now; --dry-run only says what it is")
    data(one)
    one.add_argument("--dry-run", action="store_true", help="say what would go, and remove nothing")
    one.add_argument("--confirm-clock", action="store_true", help="the clock is right: remove again after a jump")
    one.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """``harkline retention``: exit code 0; 1 while nothing is removed because the clock has jumped."""
    settings = setup.settings(args.data.resolve())
    from harkline.records import guard, purge
    from harkline.server import adapters, daily

    daily.use(settings)
    adapters.use_count(settings)
    if args.confirm_clock:
        print("Confirmed." if guard.confirm(None) else "There was nothing to confirm.")
    trusted = guard.look(force=True)
    print(f"{'kept':>10}  {'due now':>8}  {'in 30 days':>10}")
    for one in purge.all_due():
        print(f"{one.days:>5} days  {one.now:>8}  {one.soon:>10}  {one.label}")
    if not trusted:
        print("The clock has jumped: nothing is removed until somebody confirms it, here with --confirm-clock.")
        return 1
    if args.dry_run:
        print("Nothing was removed.")
        return 0
    steps = 0
    while purge.step():
        steps += 1
    if steps:
        daily.rewrite()
    daily.truncate()
    print("What was due is gone." if steps else "Nothing was due.")
    return 0
