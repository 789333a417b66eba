"""``harkline fallback``: the pack for when everything is down, by command."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from harkline.server import setup
from harkline.server.setup import SetupError

if TYPE_CHECKING:
    from harkline.server.command import Commands


def add(commands: "Commands", data: Callable[[argparse.ArgumentParser], None]) -> None:
    """Put the command among the others."""
    one = commands.add_parser("fallback", help="make the printed pack for when everything is down (PDF)")
    data(one)
    one.add_argument("--out", type=Path, default=Path("pack.pdf"), metavar="FILE", help="where to (default: pack.pdf)")
    one.add_argument("--forms", type=int, default=10, metavar="N", help="blank forms, each with a number of its own")
    one.add_argument("--language", default="", metavar="CODE", help="its language (default: the line's first)")
    one.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """``harkline fallback``."""
    settings = setup.settings(args.data.resolve())
    from django.utils import translation

    from harkline.line import this
    from harkline.paper import pack, typeset
    from harkline.server import adapters

    adapters.use_policy(settings)
    adapters.use_pages(settings)
    languages = this.line().languages
    if args.language and args.language not in languages:
        raise SetupError(f"the line speaks {', '.join(languages)}: not {args.language}")
    try:
        with translation.override(args.language or languages[0]):
            made = pack.make(None, args.forms)
    except (ValueError, typeset.NotMade) as wrong:
        raise SetupError(str(wrong)) from None
    _write(args.out, made)
    print(
        f"{args.out}: print it, and destroy the one before. It names who is on duty and lies where only they find it."
    )
    return 0


def _write(path: Path, made: bytes) -> None:
    """For this user alone: it holds people's own numbers."""
    try:
        path.touch(mode=0o600)
        path.write_bytes(made)
    except OSError as error:
        raise SetupError(f"{path} cannot be written: {error.strerror}") from None
