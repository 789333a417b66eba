"""The command ``harkline``."""

import argparse
import os
import shlex
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from harkline.server import (
    audit_command,
    count_command,
    fallback_command,
    folder,
    notice_command,
    onion_command,
    openpgp_command,
    retention_command,
    simulate_command,
    witness_command,
)
from harkline.server.setup import SetupError
from harkline.version import VERSION

Run = Callable[[argparse.Namespace], int]
if TYPE_CHECKING:
    from harkline.people.models import Operator

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code (2: wrong use or wrong settings, 1: it did not work)."""
    args = parser().parse_args(argv)
    run: Run = args.run
    try:
        return run(args)
    except SetupError as error:
        print(f"harkline: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if type(error).__module__ != "django.db.utils":
            raise
        # The driver's own words name hosts and databases of this installation, and nothing of a caller.
        print(f"harkline: the database does not answer as it should: {error}", file=sys.stderr)
        return 1


def parser() -> argparse.ArgumentParser:
    """Every command with its options."""
    top = argparse.ArgumentParser(prog="harkline", description="A 24-hour hotline in one program.")
    top.add_argument("--version", action="version", version=f"harkline {VERSION}")
    commands = top.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _init(commands)
    _serve(commands)
    _operator(commands)
    _address(commands)
    openpgp_command.add(commands, _data, _started)
    _status(commands)
    _demo(commands)
    _check(commands)
    audit_command.add(commands, _data)
    fallback_command.add(commands, _data)
    onion_command.add(commands, _data)
    _recover(commands)
    retention_command.add(commands, _data)
    count_command.add(commands, _data)
    notice_command.add(commands, _data)
    witness_command.add(commands)
    simulate_command.add(commands, _data)
    return top


def _data(one: argparse.ArgumentParser) -> None:
    given = os.environ.get(folder.VARIABLE, "harkline-data")
    one.add_argument(
        "--data", type=Path, default=Path(given), metavar="DIR", help=f"the data folder (default: {given})"
    )


def _csv(text: str) -> list[str]:
    return [one.strip() for one in text.split(",") if one.strip()]


def _init(commands: "Commands") -> None:
    one = commands.add_parser("init", help="make a new installation in an empty folder")
    _data(one)
    one.add_argument("--name", required=True, help="the line's name, as the public knows it")
    one.add_argument("--languages", type=_csv, default=["en"], metavar="en,fa,…", help="the first is the fallback")
    one.add_argument("--timezone", default="UTC", help="as in Europe/Paris: shifts and hours are told in it")
    one.add_argument("--administrator", default="administrator", metavar="NAME", help="user name of the first one")
    one.add_argument(
        "--database",
        default=os.environ.get("HARKLINE_DATABASE", ""),
        metavar="URL",
        help="an empty PostgreSQL database, as postgresql://USER@HOST/NAME (default: SQLite in the folder)",
    )
    one.set_defaults(run=run_init)


def run_init(args: argparse.Namespace) -> int:
    """``harkline init``."""
    from harkline.server import setup

    given = (args.name, args.languages, args.timezone, args.administrator, args.database)
    link = setup.init(args.data.resolve(), *given)
    where = shlex.quote(str(args.data))
    print(f"The line “{args.name}” is in {args.data}. Nobody else can read that folder; keep it so.")
    print(f"1. Start it:         harkline serve --data {where}")
    print(f"2. Sign in, once, within 72 hours:  {_base(args.data)}{link}")
    print("   Whoever has this link becomes the administrator and can read what callers say: give it to nobody.")
    print("   A page leads on from there: addresses, the recovery kit (have a printer ready), the first colleague.")
    print(f"3. Addresses, also by command:  harkline address add phone NUMBER --data {where}")
    return 0


def _base(data: Path) -> str:
    """Where people open the pages: there where they are served now, or by the settings."""
    from harkline.server import lock, setup

    return lock.served_at(data.resolve()) or setup.base_url(setup.settings(data))


def _serve(commands: "Commands") -> None:
    one = commands.add_parser("serve", help="run the line: pages, mail, phone")
    _data(one)
    one.add_argument("--web", metavar="HOST:PORT", help="pages (default 127.0.0.1:8000)")
    one.add_argument("--smtp", metavar="HOST:PORT", help="incoming mail (default 127.0.0.1:8025)")
    one.add_argument("--sip", metavar="HOST:PORT", help="incoming calls (default 127.0.0.1:5060)")
    one.add_argument("--rtp", metavar="FROM-TO", help="ports for audio (default 20000-20400)")
    one.add_argument("--tls-cert", type=Path, metavar="FILE", help="certificate chain, to serve https")
    one.add_argument("--tls-key", type=Path, metavar="FILE", help="its private key")
    one.set_defaults(run=run_serve)


def run_serve(args: argparse.Namespace) -> int:
    """``harkline serve``."""
    from harkline.server import serve

    return serve.main(args.data.resolve(), serve.overrides(args))


def _operator(commands: "Commands") -> None:
    people = commands.add_parser("operator", help="the people who answer")
    verbs = people.add_subparsers(required=True, metavar="add|link|list|remove")
    add = verbs.add_parser("add", help="add somebody; prints a one-time sign-in link")
    add.add_argument("name", metavar="NAME")
    _data(add)
    add.add_argument("--languages", type=_csv, default=None, metavar="en,ps")
    add.add_argument("--skills", type=_csv, default=[], metavar="law,children")
    add.add_argument("--role", default="operator", choices=["operator", "supervisor", "administrator", "auditor"])
    add.set_defaults(run=run_operator_add)
    link = verbs.add_parser("link", help="print a new one-time sign-in link for somebody")
    link.add_argument("name", metavar="NAME")
    _data(link)
    link.set_defaults(run=run_operator_link)
    list_ = verbs.add_parser("list", help="everybody, their roles and languages")
    _data(list_)
    list_.set_defaults(run=run_operator_list)
    remove = verbs.add_parser("remove", help="end somebody's access at once; what they wrote stays")
    remove.add_argument("name", metavar="NAME")
    _data(remove)
    remove.set_defaults(run=run_operator_remove)


def _started(args: argparse.Namespace) -> Path:
    from harkline.server import setup

    data: Path = args.data.resolve()
    setup.start(data)
    return data


def run_operator_add(args: argparse.Namespace) -> int:
    """``harkline operator add``."""
    data = _started(args)
    from harkline.line import this
    from harkline.people import invite, operators

    known: list[str] = this.line().languages
    languages = args.languages or known
    strange = [one for one in languages if one not in known]
    if strange:
        raise SetupError(f"the line speaks {', '.join(known)}: not {', '.join(strange)}")
    try:
        row = operators.add(args.name, languages=languages, skills=args.skills, role=args.role)
    except ValueError as error:
        raise SetupError(str(error)) from None
    print(f"{row.name} signs in as “{row.username}”, the first time within 72 hours by this link, which works once:")
    print(f"{_base(data)}{invite.invite(row)}")
    print("Until a colleague who can read gives them the team's key (page “People”), they can answer but not read.")
    return 0


def _found(name: str) -> "Operator":
    from harkline.people.models import Operator

    row = Operator.objects.filter(username__iexact=name).first() or Operator.objects.filter(name__iexact=name).first()
    if row is None:
        raise SetupError(f"there is nobody called “{name}”: harkline operator list shows everybody")
    return row


def run_operator_link(args: argparse.Namespace) -> int:
    """``harkline operator link``."""
    data = _started(args)
    from harkline.people import invite

    row = _found(args.name)
    print(f"{_base(data)}{invite.invite(row)}")
    return 0


def run_operator_list(args: argparse.Namespace) -> int:
    """``harkline operator list``."""
    _started(args)
    from harkline.people.models import Operator

    for row in Operator.objects.order_by("pk"):
        gone = "" if row.is_active else "  (no access)"
        print(f"{row.username:16} {row.role:14} {','.join(row.languages):20} {','.join(row.skills)}{gone}")
    return 0


def run_operator_remove(args: argparse.Namespace) -> int:
    """``harkline operator remove``."""
    _started(args)
    from harkline.people import operators

    row = _found(args.name)
    try:
        operators.deactivate(row)
    except ValueError as error:
        raise SetupError(str(error)) from None
    print(f"{row.name} has no access any more. Their sessions ended.")
    return 0


def _address(commands: "Commands") -> None:
    addresses = commands.add_parser("address", help="the published ways to reach the line")
    verbs = addresses.add_subparsers(required=True, metavar="add|list|remove")
    add = verbs.add_parser("add", help="add an address")
    add.add_argument("channel", choices=["phone", "email", "web"])
    add.add_argument("value", help="a number as +442079460123, a mail address, or a path")
    _data(add)
    add.add_argument("--label", default="")
    add.add_argument("--language", default="", help="calls to it are greeted in this language without asking")
    add.set_defaults(run=run_address_add)
    list_ = verbs.add_parser("list", help="every address")
    _data(list_)
    list_.set_defaults(run=run_address_list)
    remove = verbs.add_parser("remove", help="stop answering an address")
    remove.add_argument("value")
    _data(remove)
    remove.set_defaults(run=run_address_remove)


def run_address_add(args: argparse.Namespace) -> int:
    """``harkline address add``."""
    _started(args)
    from harkline.line import addressing, this

    try:
        value = addressing.checked(args.channel, args.value)
    except ValueError as error:
        raise SetupError(str(error)) from None
    if args.language and args.language not in this.line().languages:
        raise SetupError(f"the line speaks {', '.join(this.line().languages)}: not {args.language}")
    this.add_address(args.channel, value, args.label, args.language)
    print(f"{value} reaches the line by {args.channel}.")
    return 0


def run_address_list(args: argparse.Namespace) -> int:
    """``harkline address list``."""
    _started(args)
    from harkline.line import this

    for row in this.addresses():
        print(f"{row.channel:6} {row.value:32} {row.language:4} {row.label}")
    return 0


def run_address_remove(args: argparse.Namespace) -> int:
    """``harkline address remove``."""
    _started(args)
    from harkline.line import this

    found = [row for row in this.addresses() if row.value.casefold() == args.value.casefold()]
    if not found:
        raise SetupError(f"“{args.value}” is none of the line's addresses: harkline address list")
    for row in found:
        this.remove_address(row.pk)
    print(f"{args.value} is no longer answered. What came through it stays.")
    return 0


def _status(commands: "Commands") -> None:
    one = commands.add_parser("status", help="attempts, waiting, on duty, adapters; never content")
    _data(one)
    one.add_argument("--json", action="store_true")
    one.set_defaults(run=run_status)


def run_status(args: argparse.Namespace) -> int:
    """``harkline status``."""
    _started(args)
    from harkline.server import status

    print(status.as_json() if args.json else status.as_text())
    return 0


def _check(commands: "Commands") -> None:
    one = commands.add_parser("check", help="what is wrong with this installation and what to do")
    _data(one)
    one.set_defaults(run=run_check)


def run_check(args: argparse.Namespace) -> int:
    """``harkline check``: exit code 0 where all is well, 1 for warnings, 2 for what keeps callers out."""
    data = _started(args)
    from harkline.server import check

    return check.report(data)


def _recover(commands: "Commands") -> None:
    one = commands.add_parser(
        "recover", help="read again with three pages of the recovery kit, when nobody can any more"
    )
    _data(one)
    one.add_argument(
        "--administrator", default="Recovery", metavar="NAME", help="who gets in: somebody new, or one of them"
    )
    how = one.add_mutually_exclusive_group()
    how.add_argument("--drill", action="store_true", help="only show that the pages open everything, and write it down")
    how.add_argument(
        "--new-team-key", action="store_true", help="the pages are lost too: give the past up and begin with a new key"
    )
    one.add_argument("--yes", action="store_true", help="with --new-team-key: do not ask again")
    one.set_defaults(run=run_recover)


def run_recover(args: argparse.Namespace) -> int:
    """``harkline recover``."""
    data = _started(args)
    from harkline.server import recover

    base, terminal = _base(data), recover.Terminal()
    if args.new_team_key:
        return recover.begin_again(terminal, args.administrator, base, sure=args.yes)
    return recover.run(terminal, args.administrator, base, drill=args.drill)


def _demo(commands: "Commands") -> None:
    one = commands.add_parser("demo", help="a fictional line with simulated callers, to try everything")
    one.add_argument("--for", type=float, dest="seconds", metavar="SECONDS", help="end after so long")
    one.add_argument(
        "--web", type=int, metavar="PORT", help="the port of the pages (default: 8000 or the next free one)"
    )
    one.add_argument(
        "--data", type=Path, metavar="DIR", help="keep it in this empty folder (default: deleted at the end)"
    )
    one.add_argument("--pace", type=float, default=25.0, metavar="SECONDS", help="between two calls (default: 25)")
    one.set_defaults(run=run_demo)


def run_demo(args: argparse.Namespace) -> int:
    """``harkline demo``."""
    import tempfile
    from importlib.util import find_spec

    from harkline.demo.story import story
    from harkline.server import setup

    if not find_spec("aiosipua"):
        raise SetupError("the simulated callers' telephone is missing: pip install 'harkline[demo]'")
    line = story().line
    with tempfile.TemporaryDirectory(prefix="harkline-demo-") as temporary:
        data = (args.data or Path(temporary) / "data").resolve()
        link = setup.init(data, line.name, line.languages, "UTC", "Demo Administrator")
        from harkline.demo import run

        try:
            code = run.main(data, link, port=args.web, seconds=args.seconds, pace=args.pace)
        except run.NotOpen as why:
            raise SetupError(str(why)) from None
    print(f"The demonstration has ended. It is kept in {data}." if args.data else "The demonstration has ended.")
    return code


if __name__ == "__main__":
    sys.exit(main())
