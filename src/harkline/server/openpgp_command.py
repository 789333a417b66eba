"""``harkline openpgp``: the line's own keys for encrypted mail."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harkline.line.models import MailKey

Started = Callable[[argparse.Namespace], Path]


def add(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    data: Callable[[argparse.ArgumentParser], None],
    started: Started,
) -> None:
    """Hang the command below ``commands``. ``data`` adds its option, ``started`` opens the data folder."""
    verbs = commands.add_parser("openpgp", help="keys for encrypted mail").add_subparsers(
        required=True, metavar="make|list|renew|forget"
    )
    for name, what, run, names in (
        ("make", "a key for one of the line's mail addresses; it takes the place of the one before", _make, "address"),
        ("list", "every key, with its fingerprint and its end", _list, ""),
        ("renew", "the same key for two more years (the server does so by itself)", _renew, "fingerprint"),
        ("forget", "delete a private half: what was encrypted to it never opens again", _forget, "fingerprint"),
    ):
        one = verbs.add_parser(name, help=what)
        if names:
            one.add_argument(names)
        data(one)
        one.set_defaults(run=_on(run, started))


def _on(run: Callable[[argparse.Namespace], None], started: Started) -> Callable[[argparse.Namespace], int]:
    def command(args: argparse.Namespace) -> int:
        started(args)
        from harkline.channels.email.keyring import Refused
        from harkline.server.setup import SetupError

        try:
            run(args)
        except Refused as why:
            raise SetupError(str(why)) from None
        return 0

    return command


def _make(args: argparse.Namespace) -> None:
    from harkline.channels.email import keyring

    row = keyring.make(args.address)
    print(f"{row.address} has a key until {row.expires_at:%Y-%m-%d}. Its fingerprint:")
    print(f"  {row.spoken}")
    print("It is on the public page, in the Web Key Directory, and travels with every mail from now on.")
    print(
        f"Its private half is keys/openpgp/{row.fingerprint}.key: back it up with the host key, never with the database."
    )


def _list(args: argparse.Namespace) -> None:
    from harkline.channels.email import keyring
    from harkline.line.models import MailKey

    for row in MailKey.objects.order_by("address", "-made_at"):
        state = "published" if row.retired_at is None else "opens only"
        here = "" if keyring.private(row.fingerprint) else "  (no private half here)"
        print(f"{row.address:32} {row.fingerprint}  until {row.expires_at:%Y-%m-%d}  {state}{here}")


def _renew(args: argparse.Namespace) -> None:
    from harkline.channels.email import keyring

    print(f"Valid until {keyring.renew(_found(args.fingerprint)):%Y-%m-%d}.")


def _forget(args: argparse.Namespace) -> None:
    from harkline.channels.email import keyring

    row = _found(args.fingerprint)
    keyring.forget(row)
    print(
        "Forgotten here. Backups of the folder “keys” may still have it. Mail encrypted to it is kept and does not open."
    )


def _found(text: str) -> "MailKey":
    from harkline.channels.email.keyring import Refused
    from harkline.line.models import MailKey

    row = MailKey.objects.filter(fingerprint=text.replace(" ", "").lower()).first()
    if row is None:
        raise Refused("there is no key with this fingerprint: harkline openpgp list")
    return row
