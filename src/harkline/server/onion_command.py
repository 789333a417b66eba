"""``harkline onion``: what Tor needs, and what to do with it."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from harkline.server import onion, setup
from harkline.server.config_onion import Onion

if TYPE_CHECKING:
    from harkline.server.command import Commands


def add(commands: "Commands", data: Callable[[argparse.ArgumentParser], None]) -> None:
    """Put the command among the others."""
    one = commands.add_parser("onion", help="write what Tor needs to lead to this line, and say what to do with it")
    data(one)
    one.add_argument(
        "--client", action="append", default=[], metavar="NAME", help="let one more browser find the console"
    )
    one.add_argument("--remove-client", action="append", default=[], metavar="NAME", help="let it find it no more")
    one.add_argument(
        "--tor-dir", type=Path, default=onion.INSTANCE, metavar="DIR", help=f"where Tor keeps its keys ({onion.INSTANCE})"
    )  # fmt: skip
    one.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the files and say what comes next; the exit code."""
    folder = args.data.resolve()
    return _write(folder, setup.settings(folder).onion, args.tor_dir.resolve(), args.client, args.remove_client)


def _write(data: Path, settings: Onion, folder: Path, clients: Sequence[str], gone: Sequence[str]) -> int:
    for name in gone:
        onion.withdraw(data, name)
        print(f"Take it from Tor's folder too:  sudo rm {folder}/operators/{onion.CLIENTS}/{name}.auth")
    for name in clients:
        print(f"Key of {name}, shown this once; Tor Browser asks for it:  {onion.authorise(data, name)}")
    path = onion.write(data, settings, folder)
    print(f"Written: {path}")
    if not onion.has_puzzle():
        print("This Tor has no proof of work (it needs 0.4.8 or newer): under a flood callers wait longer.")
    for number, step in enumerate(onion.steps(data, folder, settings), 1):
        print(f"{number}. {step}")
    return 0
