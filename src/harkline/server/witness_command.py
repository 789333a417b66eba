"""``harkline witness``: confirms for others that their logs only ever grew. Needs no line: a folder is all it has."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from harkline.server.setup import SetupError

if TYPE_CHECKING:
    from harkline.count.witness import Witness
    from harkline.server.command import Commands


def add(commands: "Commands") -> None:
    """Put the command among the others."""
    one = commands.add_parser(
        "witness", help="confirm that other lines' logs were not rewritten (for a newspaper, an NGO)"
    )
    verbs = one.add_subparsers(required=True, metavar="init|add|list|serve")
    init = _verb(verbs, "init", "make a witness in an empty folder; prints the key to give to the lines")
    init.add_argument("--name", required=True, metavar="HOST/PATH", help="its name, as in news.example/witness")
    init.set_defaults(run=run_init)
    more = _verb(verbs, "add", "confirm a line's log from now on")
    more.add_argument("key", metavar="KEY", help="the log's verifier key, got from the line in person")
    more.set_defaults(run=run_add)
    _verb(verbs, "list", "its own key, the logs, and how far each is confirmed").set_defaults(run=run_list)
    serve = _verb(verbs, "serve", "answer; put a proxy with https in front")
    serve.add_argument("--listen", default="127.0.0.1:7380", metavar="HOST:PORT", help="default: 127.0.0.1:7380")
    serve.set_defaults(run=run_serve)


def _verb(
    verbs: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, about: str
) -> argparse.ArgumentParser:
    one = verbs.add_parser(name, help=about)
    one.add_argument("folder", type=Path, metavar="DIR", help="the witness's own folder")
    return one


def _witness(folder: Path) -> "Witness":
    from harkline.count.witness import Witness

    try:
        return Witness(folder)
    except (OSError, ValueError) as error:
        raise SetupError(f"there is no witness in {folder}: harkline witness init {folder} --name NAME") from error


def run_init(args: argparse.Namespace) -> int:
    """``harkline witness init``."""
    from harkline.count.witness import Witness
    from harkline_verify.errors import Refused

    try:
        made = Witness.make(args.folder, args.name)
    except FileExistsError:
        raise SetupError(f"there is a witness in {args.folder} already, and nothing was changed") from None
    except Refused as why:
        raise SetupError(f"“{args.name}” cannot be the name: {why}") from None
    print(f"Give this key to the lines, in person:\n{made.key}")
    print(f"Then take theirs: harkline witness add {args.folder} KEY")
    return 0


def run_add(args: argparse.Namespace) -> int:
    """``harkline witness add``."""
    from harkline_verify.errors import Refused

    try:
        key = _witness(args.folder).add(args.key)
    except Refused as why:
        raise SetupError(f"this is no key of a log: {why}") from None
    print(f"{key.name} is confirmed from now on, as long as it only grows.")
    return 0


def run_list(args: argparse.Namespace) -> int:
    """``harkline witness list``."""
    one = _witness(args.folder)
    print(one.key)
    for key in one.logs():
        said = one.latest(key.name).split("\n")
        print(f"  {key.name}: {f'{said[1]} entries' if len(said) > 1 else 'nothing confirmed yet'}")
    return 0


def run_serve(args: argparse.Namespace) -> int:
    """``harkline witness serve``."""
    from harkline.count.witness_server import listening
    from harkline.server.keys import Wrong, endpoint

    try:
        where = endpoint(args.listen)
    except Wrong:
        raise SetupError(f"“{args.listen}” is no address and port, as in 127.0.0.1:7380") from None
    witness = _witness(args.folder)
    try:
        server = listening(witness, where.host, where.port)
    except OSError as error:
        raise SetupError(f"{where} cannot be used: {error.strerror}") from None
    print(f"ready: {witness.key} on http://{where.host}:{server.server_address[1]}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        return 0
    finally:
        server.server_close()
    return 0
