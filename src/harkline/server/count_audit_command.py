"""``harkline count audit``: what an auditor sees and says, by command. ``key`` and ``sign`` are for their own machine."""

import argparse
import os
import secrets
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harkline.server.setup import SetupError

if TYPE_CHECKING:
    from harkline.count.models import Audit
    from harkline_verify.notes import Signer

Data = Callable[[argparse.ArgumentParser], None]


def add(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]", data: Data) -> None:
    """Put the command among the others."""
    audit = verbs.add_parser("audit", help="an outsider looks at what stands behind a claim")
    deeds = audit.add_subparsers(required=True, metavar="open|list|draw|show|found|text|report|key|sign")
    open_ = _deed(deeds, "open", "begin an audit of a claim", run_open, data, "claim")
    open_.add_argument("--auditor", required=True, metavar="NAME", help="who inspects")
    open_.add_argument("--sample", action="store_true", help="let the beacon choose (large claims)")
    _deed(deeds, "list", "audits and how far they are", run_list, data)
    draw = _deed(deeds, "draw", "let the round's number choose", run_draw, data, "audit")
    draw.add_argument("--beacon", required=True, metavar="HEX", help="the round's signature, from any drand relay")
    _deed(deeds, "show", "open one entry, once; what is shown is on record", run_show, data, "audit", "entry")
    found = _deed(deeds, "found", "write down what an entry was found to be", run_found, data, "audit", "entry")
    found.add_argument("kind", metavar="CLASS", help="E4, E3, E2, E1 or E0")
    text = _deed(deeds, "text", "print the report that is to be signed", run_text, data, "audit")
    text.add_argument("--key", required=True, metavar="VKEY", help="the auditor's verifier key")
    report = _deed(deeds, "report", "append the signed report to the log", run_report, data, "audit")
    report.add_argument("file", type=Path, metavar="FILE", help="the signed report")
    key = deeds.add_parser("key", help="on the auditor's own machine: make a key; prints its public half")
    key.add_argument("file", type=Path, metavar="FILE")
    key.add_argument("--name", required=True, metavar="NAME", help="as in lawclinic.example")
    key.set_defaults(run=run_key)
    sign = deeds.add_parser("sign", help="on the auditor's own machine: sign a report")
    sign.add_argument("text", type=Path, metavar="REPORT")
    sign.add_argument("--key", type=Path, required=True, metavar="FILE")
    sign.set_defaults(run=run_sign)


def _deed(
    deeds: Any, name: str, about: str, run: Callable[[argparse.Namespace], int], data: Data, *numbers: str
) -> Any:
    one = deeds.add_parser(name, help=about)
    for number in numbers:
        one.add_argument(number, type=int, metavar=number.upper())
    data(one)
    one.set_defaults(run=_asked(run))
    return one


def _asked(run: Callable[[argparse.Namespace], int]) -> Callable[[argparse.Namespace], int]:
    """With the installation started; what is refused is said and exits with 1."""

    def asked(args: argparse.Namespace) -> int:
        from harkline.server.count_command import started

        started(args)
        from harkline.count import audits

        try:
            return run(args)
        except audits.Refused as why:
            print(f"REFUSED: {why}", file=sys.stderr)
            return 1

    return asked


def _audit(args: argparse.Namespace) -> "Audit":
    from harkline.count.models import Audit

    row = Audit.objects.select_related("claim", "shown").filter(pk=args.audit).first()
    if row is None:
        raise SetupError(f"there is no audit {args.audit}: harkline count audit list")
    return row


def run_open(args: argparse.Namespace) -> int:
    """``harkline count audit open``."""
    from harkline.count import audits
    from harkline.count.models import Claim

    claim = Claim.objects.select_related("first", "last").filter(pk=args.claim).first()
    if claim is None:
        raise SetupError(f"entry {args.claim} of the log is no claim")
    return _say(audits.begin(claim, args.auditor, None, sample=args.sample))


def _say(row: "Audit") -> int:
    from harkline.count import audits, claims

    print(f"audit {row.pk} by {row.auditor}: {row.state}. {claims.of(row.claim)}")
    if row.state == "waiting":
        print(f"  drawn by round {row.round}, published at {audits.due_at(row):%Y-%m-%d %H:%M:%S} UTC")
    else:
        print(f"  to inspect: {' '.join(map(str, row.drawn)) or 'nothing'}")
        number = audits.classes(row)
        print("  found: " + ", ".join(f"{kind} {number[kind]}" for kind in number))
    return 0


def run_list(args: argparse.Namespace) -> int:
    """``harkline count audit list``."""
    from harkline.count.models import Audit, Claim

    rows = Audit.objects.select_related("claim", "claim__first", "claim__last").order_by("pk")
    for row in rows:
        _say(row)
    if not rows:
        known = ", ".join(str(pk) for pk in Claim.objects.values_list("pk", flat=True)) or "none yet"
        print(f"No audit yet. Claims: {known}")
    return 0


def run_draw(args: argparse.Namespace) -> int:
    """``harkline count audit draw``."""
    from harkline.count import audits

    try:
        signature = bytes.fromhex(args.beacon)
    except ValueError:
        raise SetupError("the signature is 96 hexadecimal digits") from None
    return _say(audits.draw(_audit(args), signature))


def run_show(args: argparse.Namespace) -> int:
    """``harkline count audit show``."""
    from harkline.count import audits

    row = _audit(args)
    seen = audits.show(row, args.entry, None)
    for name in ("entry", "code", "value", "blinding", "salt", "digest", "kind", "note"):
        print(f"{name:9} {getattr(seen, name)}")
    if object_ := audits.sealed_object(row, args.entry):
        print(f"The evidence is sealed to the team (entry {object_} of the case): somebody who can read hands it over.")
    return 0


def run_found(args: argparse.Namespace) -> int:
    """``harkline count audit found``."""
    from harkline.count import audits

    row = _audit(args)
    audits.found(row, args.entry, args.kind)
    return _say(row)


def run_text(args: argparse.Namespace) -> int:
    """``harkline count audit text``."""
    from harkline.count import audits
    from harkline_verify.errors import Refused
    from harkline_verify.notes import Key

    try:
        key = Key.parse(args.key)
    except Refused as why:
        raise SetupError(f"this is no verifier key: {why}") from None
    print(audits.report(_audit(args), key).text(), end="")
    return 0


def run_report(args: argparse.Namespace) -> int:
    """``harkline count audit report``."""
    from harkline.count import audits

    try:
        signed = args.file.read_bytes()
    except OSError as error:
        raise SetupError(f"{args.file} cannot be read: {error.strerror}") from None
    print(f"Entry {audits.publish(_audit(args), signed, None)} of the log.")
    return 0


def run_key(args: argparse.Namespace) -> int:
    """``harkline count audit key``: never overwrites."""
    from harkline_verify.errors import Refused
    from harkline_verify.notes import Signer

    try:
        signer = Signer.from_seed(args.name, seed := secrets.token_bytes(32))
        handle = os.open(args.file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except Refused as why:
        raise SetupError(f"“{args.name}” cannot be the name: {why}") from None
    except FileExistsError:
        raise SetupError(f"{args.file} is there already, and was not changed") from None
    with os.fdopen(handle, "w") as file:
        file.write(f"{args.name} {seed.hex()}\n")
    print(signer.key())
    return 0


def run_sign(args: argparse.Namespace) -> int:
    """``harkline count audit sign``: the signed report on standard output."""
    signer = _signer(args.key)
    text = args.text.read_text(encoding="utf-8")
    if f"\nkey {signer.key()}\n" not in text or not text.startswith("opencount/v1 audit\n"):
        raise SetupError("this is no report that names your key: harkline count audit text --key VKEY")
    print(signer.sign(text), end="")
    return 0


def _signer(path: Path) -> "Signer":
    from harkline_verify.notes import Signer

    try:
        name, _space, seed = path.read_text(encoding="utf-8").strip().rpartition(" ")
        return Signer.from_seed(name, bytes.fromhex(seed))
    except (OSError, ValueError):
        raise SetupError(f"{path} is no key of an auditor: harkline count audit key {path} --name NAME") from None
