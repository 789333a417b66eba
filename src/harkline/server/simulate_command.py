"""``harkline simulate``: a day of the line's own, a table, or a generated load, played through policies."""

import argparse
import json
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from harkline.server.setup import SetupError

if TYPE_CHECKING:
    from harkline.routing.simulation.load import Load, Staffing
    from harkline.routing.simulation.scoreboard import Score
    from harkline.server.command import Commands

NATIONAL_CONTACTS, NATIONAL_OPERATORS = 3_000_000, 3_000
MANY = 300_000  # contacts from which progress is worth a line
NAMES = ("app_queue", "longest_idle", "harkline", "pooled")
HELP = "play a day or a generated load through routing policies, and print what callers would have met"
SLOW = (
    "numba is not installed: the simulation runs in plain Python, some hundred times slower. "
    "pip install 'harkline[simulate]'"
)


def add(commands: "Commands", data: Callable[[argparse.ArgumentParser], None]) -> None:
    """Put the command among the others."""
    one = commands.add_parser("simulate", help=HELP)
    data(one)
    what = one.add_mutually_exclusive_group()
    what.add_argument("--day", type=_day, metavar="YYYY-MM-DD", help="the calls that the line had on that day")
    what.add_argument(
        "--contacts-file", type=Path, metavar="FILE", help="a table: arrived,language,skill,risk,handling,patience"
    )
    what.add_argument("--national", action="store_true", help="a generated day: 3 million contacts, 3,000 operators")
    one.add_argument("--staffing-file", type=Path, metavar="FILE", help="a table: languages,skills,from,until,number")
    one.add_argument("--staff-day", type=_day, metavar="YYYY-MM-DD", help="who was on duty, or is planned, on that day")
    one.add_argument(
        "--operators", type=_whole, metavar="N", help="so many operators of the usual mixture (default: 40)"
    )
    one.add_argument("--contacts", type=_whole, metavar="N", help="of a generated load (default: 200,000)")
    one.add_argument(
        "--load", type=_load, metavar="X", help="offered work over staffed time (default: 0.8; of a national day 0.98)"
    )
    one.add_argument(
        "--policy", action="append", choices=NAMES, help="only this one, again for more (default: all four)"
    )
    one.add_argument(
        "--within", type=float, default=20.0, metavar="SECONDS", help="the service level's threshold (default: 20)"
    )
    one.add_argument("--reserve", type=float, default=0.0, metavar="PERCENT", help="idle operators kept for high risk")
    one.add_argument(
        "--seed", type=int, default=1, help="of what is drawn (default: 1): the same seed, the same figures"
    )
    one.add_argument("--json", action="store_true", help="for machines")
    one.set_defaults(run=run)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}” is not a day as 2026-05-31") from None


def _whole(text: str) -> int:
    if not text.replace("_", "").isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"“{text}” is not a whole number from 1")
    return int(text)


def _load(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = 0.0
    if not 0 < found <= 5:
        raise argparse.ArgumentTypeError(f"“{text}” is not a number up to 5, such as 0.8")
    return found


def run(args: argparse.Namespace) -> int:
    """``harkline simulate``: exit code 0; 2 for what cannot be read."""
    from harkline.routing.dispatcher import reserve_of
    from harkline.routing.simulation import kernel, play, policies, scoreboard

    load, staffing = _given(args)
    if not kernel.COMPILED:
        print(SLOW, file=sys.stderr)
    reserve = reserve_of(len(staffing.people), args.reserve)
    scores = []
    for name in args.policy or NAMES:
        rules = policies.ALL[name]
        progress = _progress(rules.title, len(load)) if len(load) >= MANY else None
        began = time.perf_counter()
        outcome = play.play(load, staffing.people, rules, reserve=reserve, progress=progress)
        took = time.perf_counter() - began
        if progress:
            print(f"\r{rules.title}: {len(load):,} contacts in {took:.1f} s.{'':20}", file=sys.stderr)
        scores.append(scoreboard.score(outcome, staffing, rules, within=args.within))
    _print(args, load, staffing, scores)
    return 0


def _progress(title: str, whole: int) -> Callable[[int], None]:
    def say(done: int) -> None:
        print(f"\r{title}: {done / whole:4.0%}", end="", file=sys.stderr, flush=True)

    return say


# --- what is played -------------------------------------------------------------------------------------------------------------


def _given(args: argparse.Namespace) -> "tuple[Load, Staffing]":
    from harkline.routing.simulation.load import Unreadable

    try:
        if args.day or args.contacts_file:
            return _contacts(args), _staff(args)
        return _generated(args)
    except Unreadable as wrong:
        raise SetupError(str(wrong)) from None
    except OSError as wrong:
        raise SetupError(f"{wrong.filename} cannot be read: {wrong.strerror}") from None


def _generated(args: argparse.Namespace) -> "tuple[Load, Staffing]":
    from harkline.routing.simulation import load as loads

    if args.staffing_file or args.staff_day:
        raise SetupError(
            "a generated load brings its own operators: --staffing-file and --staff-day go with --day or --contacts-file"
        )
    if args.national:
        contacts, operators = args.contacts or NATIONAL_CONTACTS, args.operators or NATIONAL_OPERATORS
        return loads.day(contacts, operators, args.load or 0.98, args.seed)
    return loads.steady(args.contacts or 200_000, args.operators or 40, args.load or 0.8, args.seed)


def _contacts(args: argparse.Namespace) -> "Load":
    from harkline.routing.simulation import load as loads

    if args.contacts_file:
        with ExitStack() as stack:
            came = loads.read_contacts(stack.enter_context(args.contacts_file.open(encoding="utf-8-sig", newline="")))
    else:
        _database(args)
        from harkline.line import this
        from harkline.routing.simulation import replay

        came = replay.contacts(args.day, this.zone())
    if not came:
        raise SetupError("there was no call on that day" if args.day else "the table has no contacts")
    return loads.given(came, args.seed)


def _staff(args: argparse.Namespace) -> "Staffing":
    from harkline.routing.simulation import load as loads

    if args.staffing_file:
        with ExitStack() as stack:
            file = stack.enter_context(args.staffing_file.open(encoding="utf-8-sig", newline=""))
            found = loads.Staffing(loads.read_people(file))
    elif args.operators:
        return loads.Staffing(loads.mixed_people(args.operators))
    else:
        day = args.staff_day or args.day
        if day is None:
            raise SetupError("say who is on duty: --staffing-file, --staff-day or --operators")
        _database(args)
        from harkline.line import this
        from harkline.routing.simulation import replay

        found = replay.on_duty(day, this.zone())
    if not found.people:
        raise SetupError(
            "nobody is on duty: name another day (--staff-day), a table (--staffing-file) or a number (--operators)"
        )
    return found


def _database(args: argparse.Namespace) -> None:
    from harkline.server import setup

    setup.start(args.data.resolve())


# --- what is said ---------------------------------------------------------------------------------------------------------------


def _print(args: argparse.Namespace, load: "Load", staffing: "Staffing", scores: "list[Score]") -> None:
    from harkline.routing.simulation import policies

    if args.json:
        told = {
            "contacts": len(load),
            "operators": len(staffing.people),
            "mean_handling": round(load.mean_handling, 1),
            "mean_patience": round(load.mean_patience, 1),
            "within": args.within,
            "seed": args.seed,
            "policies": [one.as_json() for one in scores],
        }
        print(json.dumps(told, indent=2))
        return
    print(
        f"{len(load):,} contacts, {len(staffing.people):,} operators; a contact takes {load.mean_handling:.0f} s, "
        f"patience is {load.mean_patience:.0f} s."
    )
    print(
        f"{'':48}{f'in {args.within:g} s':>9}{'gave up':>9}{'high p95':>10}{'p99':>7}{'worst÷avg':>11}{'capacity':>10}"
    )
    for one in scores:
        cells = [
            f"{one.level:.3f}".rjust(9),
            f"{one.abandoned:.2%}".rjust(9),
            _seconds(one.high_p95).rjust(10),
            _seconds(one.high_p99).rjust(7),
            ("–" if one.worst is None else f"{one.worst:.2f}").rjust(11),
            ("–" if one.capacity is None else f"{one.capacity:.3f}").rjust(10),
        ]
        print(f"{policies.ALL[one.policy].title:48}" + "".join(cells))
    print("What each figure means: docs/explanation/routing.md. Never judge by the service level alone.")


def _seconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f} s"
