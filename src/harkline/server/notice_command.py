"""``harkline notice``: the signed list of genuine addresses, from the command line."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from harkline.server import setup
from harkline.server.setup import SetupError

if TYPE_CHECKING:
    from harkline.notice.draft import Changes
    from harkline.notice.models import Notice
    from harkline.server.command import Commands

FINE, LOOK, NONE = 0, 1, 2


def add(commands: "Commands", data: Callable[[argparse.ArgumentParser], None]) -> None:
    """Put the command among the others."""
    one = commands.add_parser("notice", help="the signed list of the line's genuine addresses")
    verbs = one.add_subparsers(required=True, metavar="show|sign|rotate|revoke|close")
    show = verbs.add_parser("show", help="the newest version, its check words and key, and what would change")
    show.add_argument("--note", action="store_true", help="the signed note alone, as it is served")
    sign = verbs.add_parser("sign", help="sign the addresses as they are; without --yes only show what would change")
    rotate = verbs.add_parser("rotate", help="take another key; the old one hands over to it")
    why = rotate.add_mutually_exclusive_group()
    why.add_argument("--stolen", action="store_true", help="revoke the old key: everybody has to be told the new one")
    why.add_argument("--lost", action="store_true", help="go on without the old key's file: the same")
    revoke = verbs.add_parser("revoke", help="say in a new version that an earlier one must not be believed")
    revoke.add_argument("serial", type=int, metavar="VERSION", help="its number")
    revoke.add_argument("--reason", default="", metavar="WORDS", help="why, in a few words that the public may read")
    close = verbs.add_parser("close", help="close the line at once: “do not call”; opened again in the console, by two")
    for verb in (sign, rotate, revoke, close):
        verb.add_argument("--yes", action="store_true", help="do it")
    for verb, run in (
        (show, run_show),
        (sign, run_sign),
        (rotate, run_rotate),
        (revoke, run_revoke),
        (close, run_close),
    ):
        data(verb)
        verb.set_defaults(run=run)


def started(data: Path) -> None:
    """Start on the installation, with the notice's rules in force."""
    settings = setup.settings(data.resolve())
    from harkline.server import adapters

    adapters.use_count(settings)
    adapters.use_notice(settings)


def run_show(args: argparse.Namespace) -> int:
    """``harkline notice show``: exit code 0 fine, 1 it ran out or something is not signed yet, 2 nothing is signed."""
    started(args.data)
    from harkline.notice import door, publish, signing

    found = door.present()
    if found is None:
        print("Nothing is signed yet: harkline notice sign --yes, or finish set-up in the browser.")
        return NONE
    if args.note:
        sys.stdout.write(found.note)
        return FINE
    print(
        f"version      {found.serial}, signed {found.issued_at:%Y-%m-%d %H:%M} UTC, good until {found.until:%Y-%m-%d}"
    )
    print(f"check words  {' '.join(found.check_words)}   {found.check_number}")
    print(f"key          {found.key}")
    print(
        f"line         {found.standing.state}{f' from {found.standing.since:%Y-%m-%d}' if found.standing.since else ''}"
    )
    for one in found.addresses:
        print(f"  {one.channel:6} {one.value} {one.frequency}  {one.label}".rstrip())
    try:
        changes = publish.drafted()[1]
    except signing.NoKey as why:
        raise SetupError(f"nothing can be signed: {why}") from None
    print("\n".join(_changes(changes)))
    return LOOK if changes or not found.valid else FINE


def _changes(changes: "Changes") -> list[str]:
    if not changes:
        return ["Nothing has changed since."]
    rows = [f"NEW          {one.value} {one.frequency}".rstrip() for one in changes.added]
    rows += [f"NO LONGER    {one.value} {one.frequency}".rstrip() for one in changes.removed]
    rows += [f"CHANGED      {one.value} {one.frequency}".rstrip() for _old, one in changes.changed]
    return rows + [f"CHANGED      {part}" for part in changes.other]


def _signed(args: argparse.Namespace, what: str, do: Callable[[], "Notice"]) -> int:
    """Do it where ``--yes`` was given; else say what would be done."""
    started(args.data)
    from harkline.notice import publish, signing
    from harkline.notice.models import Notice

    if not args.yes:
        print(f"{what} Say --yes to do it.")
        return FINE
    try:
        made = do()
    except (publish.Changed, signing.NoKey) as why:
        raise SetupError(str(why) or "somebody else was quicker: run it again") from None
    except Notice.DoesNotExist:
        raise SetupError("there is no such version, or it is revoked already") from None
    print(f"Version {made.serial} is signed and published. Check words: {made.check_words} ({made.check_number}).")
    return FINE


def run_sign(args: argparse.Namespace) -> int:
    """``harkline notice sign``."""
    started(args.data)
    from harkline.notice import publish, signing

    try:
        print("\n".join(_changes(publish.drafted()[1])))
    except signing.NoKey as why:
        raise SetupError(f"nothing can be signed: {why}") from None
    return _signed(args, "Nothing was signed.", lambda: publish.sign(None))


def run_rotate(args: argparse.Namespace) -> int:
    """``harkline notice rotate``."""

    def do() -> "Notice":
        from harkline.notice import rotate

        return rotate.rotate(None, stolen=args.stolen, lost=args.lost)

    told = "Everybody has to be told the new key." if args.stolen or args.lost else "Whoever has the old key follows."
    return _signed(args, f"Another key would sign. {told}", do)


def run_revoke(args: argparse.Namespace) -> int:
    """``harkline notice revoke``."""

    def do() -> "Notice":
        from harkline.notice import publish

        return publish.revoke(None, args.serial, args.reason[:80])

    return _signed(args, f"Version {args.serial} would be revoked, and the addresses signed as they are now.", do)


def run_close(args: argparse.Namespace) -> int:
    """``harkline notice close``."""

    def do() -> "Notice":
        from harkline.notice import standing

        return standing.close_at_once(None)

    return _signed(args, "Every page, call and automatic answer would say: do not call.", do)
