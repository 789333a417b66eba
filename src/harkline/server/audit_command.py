"""``harkline audit``: proves the chain of records, prints the head, gives the first key away."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from harkline.server.setup import SetupError, start

if TYPE_CHECKING:
    from harkline.audit.links import Fault, Told
    from harkline.server.command import Commands

WHOLE, UNPROVEN, BROKEN = 0, 1, 2
SENTENCES = {
    "altered": "record {0} is not what was written, or the key is not this chain's",
    "removed": "record {0} is missing",
    "moved": "record {0} is not in its place",
    "added": "record {0} was added behind the end",
    "cut": "the chain was cut off: record {0} and what came after it are gone",
    "replaced": "up to record {0} these are not the records of which the head was told",
}


def add(commands: "Commands", data: Callable[[argparse.ArgumentParser], None]) -> None:
    """Put the command among the others."""
    audit = commands.add_parser("audit", help="what was done here, in a chain that cannot be changed unnoticed")
    verbs = audit.add_subparsers(required=True, metavar="verify|head|key")
    verify = verbs.add_parser("verify", help="find the first record that was altered, removed, moved or cut off")
    data(verify)
    verify.add_argument(
        "--head", type=Path, action="append", default=[], metavar="FILE", help="a daily head kept elsewhere"
    )
    verify.add_argument("--key", type=Path, metavar="FILE", help="the first key, kept elsewhere")
    verify.set_defaults(run=run_verify)
    head = verbs.add_parser("head", help="print where the chain ends now, to keep it elsewhere")
    data(head)
    head.set_defaults(run=run_head)
    key = verbs.add_parser("key", help="print the first key once; --forget removes it from this host")
    data(key)
    key.add_argument("--forget", action="store_true", help="it is in safe hands: remove it here")
    key.set_defaults(run=run_key)


def run_verify(args: argparse.Namespace) -> int:
    """``harkline audit verify``: exit code 0 proven whole, 1 whole as far as this host alone can tell, 2 broken, or wrong use."""
    data = args.data.resolve()
    start(data)
    from harkline.audit import chain, heads, links, view
    from harkline.runtime import clock

    state = chain.state()
    told, key = [_head(path) for path in args.head], _key(args.key)
    if any(one.sequence < 0 for one in told):
        print("BROKEN: no record has the link of the head: the chain was cut off or replaced.")
        return BROKEN
    if state is None:
        print("There is no record yet.")
        return BROKEN if told or key else WHOLE
    fault = links.first_fault(
        view.rows(), state, now=clock.now(), first_key=key, told=[*_unless(told, heads.written(data)), *told]
    )
    if fault:
        return _broken(fault)
    return _whole(state.start + 1, state.sequence, told, bool(key))


def _unless(told: "list[Told]", here: "list[Told]") -> "list[Told]":
    known = {one.sequence for one in told}
    return [one for one in here if one.sequence not in known]


def _broken(fault: "Fault") -> int:
    print(f"BROKEN: {SENTENCES[fault.what].format(fault.sequence)}.")
    print(
        "What stands before it is whole. Keep this folder as it is, and compare with a backup and the heads elsewhere."
    )
    return BROKEN


def _whole(first: int, last: int, told: "list[Told]", key: bool) -> int:
    if key:
        print(f"Whole: records {first} to {last}, each proven by the first key.")
    elif told:
        upto = max(one.sequence for one in told)
        print(f"Whole: records {first} to {last}; proven up to {upto} by the head, the rest only hang together.")
    else:
        print(
            f"Records {first} to {last} hang together. This proves little: whoever rules this host can make such a chain."
        )
        print("Give --head or --key with what was kept elsewhere.")
        return UNPROVEN
    return WHOLE


def _read(path: Path) -> str:
    try:
        return sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SetupError(f"{path} cannot be read: {type(error).__name__}") from None


def _head(path: Path) -> "Told":
    from harkline.audit import heads

    try:
        return heads.parse(_read(path))
    except ValueError as error:
        raise SetupError(f"{path} is {error}") from None


def _key(path: Path | None) -> bytes | None:
    if path is None:
        return None
    try:
        key = bytes.fromhex(_read(path))
    except ValueError:
        key = b""
    if len(key) != 32:
        raise SetupError(f"{path} is not a first key: 64 hexadecimal digits")
    return key


def run_head(args: argparse.Namespace) -> int:
    """``harkline audit head``."""
    start(args.data.resolve())
    from harkline.audit import chain, heads
    from harkline.audit.models import Head
    from harkline.runtime import clock

    state = chain.state()
    if state is None:
        raise SetupError("there is no record yet")
    print(heads.text(Head(day=clock.now().date(), sequence=state.sequence, link=state.link)), end="")
    return 0


def run_key(args: argparse.Namespace) -> int:
    """``harkline audit key``."""
    start(args.data.resolve())
    from harkline.audit import chain, heads

    key = chain.first_key()
    if key is None:
        raise SetupError("the first key is no longer on this host, or nothing was recorded yet")
    if args.forget:
        chain.forget_first_key()
        print("The first key is gone from this host. Whoever holds it can prove every record.")
        return 0
    print(heads.grouped(key))
    print("Keep it on paper, away from this host; then: harkline audit key --forget", file=sys.stderr)
    return 0
