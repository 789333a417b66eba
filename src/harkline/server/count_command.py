"""``harkline count``: how the open count stands, its files as a folder, claims, and audits from the command line."""

import argparse
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from harkline.server import count_audit_command, setup
from harkline.server.setup import SetupError

if TYPE_CHECKING:
    from harkline.count.state import State
    from harkline.server.command import Commands

FINE, LOOK, OFF = 0, 1, 2


def add(commands: "Commands", data: Callable[[argparse.ArgumentParser], None]) -> None:
    """Put the command among the others."""
    one = commands.add_parser("count", help="the open count: figures that outsiders can check")
    verbs = one.add_subparsers(required=True, metavar="status|export|now|claim|audit")
    status = verbs.add_parser("status", help="entries, witnesses, freshness, the policy's fingerprint")
    data(status)
    status.set_defaults(run=run_status)
    export = verbs.add_parser("export", help="write the log into a folder, exactly as it is served")
    export.add_argument("to", type=Path, metavar="DIR", help="an empty folder, or an earlier export")
    data(export)
    export.set_defaults(run=run_export)
    now = verbs.add_parser("now", help="do at once what the server does by itself: batches, files, witnesses")
    data(now)
    now.set_defaults(run=run_now)
    claim = verbs.add_parser("claim", help="say a figure, proven, for good; without --yes only show what it would say")
    claim.add_argument("column", metavar="COLUMN", help="its name, as in contact")
    claim.add_argument("first", type=date.fromisoformat, metavar="FROM", help="the first day, as in 2026-11-01")
    claim.add_argument("last", type=date.fromisoformat, metavar="TO", help="the last day")
    claim.add_argument("--at-least", type=int, metavar="N", help="instead of the exact total")
    claim.add_argument("--yes", action="store_true", help="append it to the log")
    data(claim)
    claim.set_defaults(run=run_claim)
    count_audit_command.add(verbs, data)


def started(args: argparse.Namespace) -> None:
    """Start on the installation, with the open count's rules in force. Raises SetupError where it is off."""
    settings = setup.settings(args.data.resolve())
    from harkline.count import policy
    from harkline.server import adapters, counting

    adapters.use_count(settings)
    counting.use(settings.audit.officers)
    if not policy.present().on:
        raise SetupError("this line does not count in the open: name the log in [count] origin of harkline.toml")


def run_status(args: argparse.Namespace) -> int:
    """``harkline count status``: exit code 0 fresh and confirmed, 1 somebody should look, 2 off or not begun."""
    started(args)
    from harkline.count import state

    found = state.state()
    if found is None:
        print("The log has not begun: it does when harkline serve runs.")
        return OFF
    print("\n".join(_status(found)))
    return LOOK if found.wrong or not found.confirmed else FINE


def _status(found: "State") -> list[str]:
    from harkline.count import publish, signing
    from harkline.count.state import STOPPED

    row = found.log
    rows = [
        f"{row.origin}: {row.size} entries, {found.days} days, {row.published} of them shown",
        f"log key      {signing.key()}",
        f"fingerprint  {publish.fingerprint()}",
        f"witnesses    {found.quorum} of {len(found.witnesses)} are needed"
        if found.witnesses
        else "witnesses    none: nobody outside confirms anything",
    ]
    for one in found.witnesses:
        at = f"{one.at:%Y-%m-%d %H:%M} UTC" if one.at else "never"
        rows.append(f"  {one.name}: {one.size} entries, {at}{f' ({one.trouble})' if one.trouble else ''}")
    if not found.fits:
        rows.append(
            "WRONG: [count] or [[column]] in harkline.toml is not what the log began with. Nothing is appended."
        )
    if row.stopped:
        rows.append(f"STOPPED: {STOPPED.get(row.stopped, row.stopped)}")
    if found.stale:
        rows.append("STALE: what is shown is older than 36 hours.")
    return rows


def run_export(args: argparse.Namespace) -> int:
    """``harkline count export``."""
    started(args)
    from harkline.count import export, publish

    try:
        number = export.write(args.to)
    except OSError as error:
        raise SetupError(f"{args.to} cannot be written: {error.strerror}") from None
    if not number:
        raise SetupError("nothing is shown yet: harkline count status")
    print(f"{number} files in {args.to}. Anybody checks them without this line:")
    print(f"  harkline-verify {args.to} --policy {publish.fingerprint()}")
    return 0


def run_now(args: argparse.Namespace) -> int:
    """``harkline count now``."""
    started(args)
    from harkline.server import counting

    counting.round_()
    return run_status(args)


def run_claim(args: argparse.Namespace) -> int:
    """``harkline count claim``: exit code 1 where it is refused."""
    started(args)
    from harkline.count import claims, policy

    names = [one.name for one in policy.present().columns]
    if args.column not in names:
        raise SetupError(f"there is no column {args.column}: {', '.join(names)}")
    relation = claims.EXACTLY if args.at_least is None else claims.AT_LEAST
    asked = claims.Asked(names.index(args.column), args.first, args.last, relation, args.at_least or 0)
    try:
        found = claims.preview(asked)
        print(found.sentence)
        print("\n".join(f"- {one}" for one in found.reveals))
        if found.refused:
            raise claims.Refused(found.refused)
        if args.yes:
            print(f"Entry {claims.make(asked, None).index} of the log.")
    except claims.Refused as why:
        print("\n".join(f"REFUSED: {one}" for one in why.reasons), file=sys.stderr)
        return 1
    return 0
