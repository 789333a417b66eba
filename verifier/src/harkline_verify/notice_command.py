"""``harkline-verify notice URL|FILE --key KEY [--genuine NUMBER]``."""

import argparse
import hashlib
import json
import os
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from harkline_verify import asked
from harkline_verify.check_words import check
from harkline_verify.errors import Refused
from harkline_verify.notes import Key
from harkline_verify.notice import Address, Standing
from harkline_verify.policy import Policy
from harkline_verify.report import Code
from harkline_verify.source import Folder, Unreachable, Web
from harkline_verify.trust import Document, Judged, Seen, Verdict, judge
from harkline_verify.verify import Wishes, verify

WHERE = "/.well-known/harkline-notice.json"
EPILOG = """exit codes: 0 the list holds, and what was asked about is on it; 1 refused, or not on it; 2 wrong use; 3 could not be read;
4 two different lists with one number; 5 no key was given to hold it against"""
NOT_SHOWN = "Not shown: that whoever answers there is who they say. A list shows which addresses are the line's, and nothing more."
HEADS = {
    Verdict.HOLDS: "The list holds.",
    Verdict.REFUSED: "REFUSED: do not rely on this list.",
    Verdict.TWO_LISTS: "TWO LISTS: the line signed two different ones under one number. Keep both: its own signatures prove it.",
    Verdict.NO_KEY: "NOT CHECKED against a key that you trust.",
}


class Wrong(Exception):
    """The command was used wrongly. The text says how to do it right."""


def parser(state: Path) -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(
        "harkline-verify notice",
        description="Checks a hotline's signed list of genuine addresses without trusting the hotline.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument(
        "list", metavar="URL|FILE", help="the line's page, its list, or a copy of it in a file (- for stdin)"
    )
    made.add_argument("--key", metavar="KEY|FILE", help="the line's key, name+id+key, from somebody you trust")
    made.add_argument(
        "--genuine",
        action="append",
        default=[],
        metavar="NUMBER",
        help="is this number, address, page or call sign on it?",
    )
    made.add_argument(
        "--against", action="append", default=[], metavar="URL|FILE", help="another copy, to find out which is older"
    )
    made.add_argument("--log", metavar="URL|FOLDER", help="the line's open count: the list must be the newest there")
    made.add_argument("--policy", metavar="FINGERPRINT|FILE", help="the log's policy, from somebody you trust")
    made.add_argument("--json", action="store_true", help="the result for programs")
    made.add_argument(
        "--forget", action="store_true", help="do not remember this list, nor compare with what was remembered"
    )
    made.add_argument("--state", type=Path, default=state, help="where lists are remembered")
    return made


def main(arguments: Sequence[str], state: Path, now: datetime | None = None) -> int:
    """Judge, say what came of it, answer the exit code."""
    options = parser(state).parse_args(arguments)
    try:
        return _run(options, now or datetime.now(UTC))
    except (Wrong, Refused) as error:
        print(f"harkline-verify: {error}", file=sys.stderr)
        return Code.REFUSED if isinstance(error, Refused) else Code.USAGE
    except Unreachable as error:
        print(f"harkline-verify: {error}", file=sys.stderr)
        return Code.UNREACHABLE


def _run(options: argparse.Namespace, now: datetime) -> int:
    trusted = _key(options.key)
    document = Document.parse(_read(options.list))
    memory = _Memory(options.state, trusted, forget=options.forget)
    judged = judge(document, trusted, now, [*memory.seen(), *_others(options, trusted)])
    answers = [(text, asked.match(text, document.signed.body.addresses)) for text in options.genuine]
    if options.json:
        print(json.dumps(_as_json(judged, answers), indent=2, ensure_ascii=False))
    else:
        print("\n".join(_said(judged, answers, now)))
    if judged.verdict == Verdict.HOLDS:
        memory.remember(judged)
    missing = judged.verdict == Verdict.HOLDS and any(found is None for _text, found in answers)
    return Verdict.REFUSED if missing else judged.verdict


def _key(given: str | None) -> Key | None:
    if given is None:
        return None
    try:
        text = Path(given).read_text(encoding="utf-8") if Path(given).is_file() else given
        return Key.parse(text.strip())
    except (OSError, UnicodeDecodeError, Refused) as error:
        raise Wrong(f"--key: {error}.") from error


def _read(where: str) -> bytes:
    if where == "-":
        return sys.stdin.buffer.read()
    if "://" in where:
        return _fetched(where)
    try:
        return Path(where).read_bytes()
    except OSError as error:
        raise Wrong(f"{where} cannot be read: {error.strerror}.") from error


def _fetched(url: str) -> bytes:
    """The list at an address, or where a line has it."""
    parts = urlsplit(url)
    path = parts.path if "harkline-notice" in parts.path or parts.path.startswith("/notice/") else WHERE
    try:
        return Web(f"{parts.scheme}://{parts.netloc}", Path()).read(path.lstrip("/"), fresh=True)
    except ValueError as error:
        raise Wrong(str(error)) from error


def _others(options: argparse.Namespace, trusted: Key | None) -> Iterator[Seen]:
    for where in options.against:
        other = Document.parse(_read(where))
        judged = judge(other, trusted, other.signed.body.issued)
        if judged.verdict not in (Verdict.HOLDS, Verdict.NO_KEY):
            raise Wrong(f"{where} proves nothing: {judged.reasons[0]}")
        yield Seen.of(other.signed, where)
    if options.log:
        yield _logged(options)


def _logged(options: argparse.Namespace) -> Seen:
    if not options.policy:
        raise Wrong("--log needs --policy: the fingerprint of the log's policy, from somebody you trust.")
    source = Web(options.log, options.state.parent) if "://" in options.log else Folder(Path(options.log))
    policy_file = Path(options.policy)
    data = policy_file.read_bytes() if policy_file.is_file() else source.read("policy", fresh=True)
    policy = Policy.parse(data)
    if not policy_file.is_file() and policy.fingerprint != options.policy.replace(":", "").lower():
        raise Wrong(f"The policy served at {source.name} has another fingerprint ({policy.fingerprint}).")
    report = verify(source, policy, Wishes())
    if report.code == Code.UNREACHABLE:
        raise Unreachable(report.unreachable or "")
    if report.code not in (Code.HOLDS, Code.RULE_BROKEN):
        raise Refused(f"The log itself does not hold: {(report.problems or ['two histories'])[0]}")
    seen = Seen.of_log(report.notices)
    if seen is None:
        raise Refused("The log holds no notice of the line.")
    return seen


class _Memory:
    """The newest version that was found to hold under a key, one small file a key."""

    def __init__(self, folder: Path, trusted: Key | None, *, forget: bool) -> None:
        self.off = forget or trusted is None
        name = hashlib.sha256(str(trusted).encode()).hexdigest()[:32]
        self.path = folder / f"{name}.notice"

    def seen(self) -> list[Seen]:
        if self.off or not self.path.exists():
            return []
        kept = json.loads(self.path.read_text(encoding="utf-8"))
        return [Seen(kept["serial"], kept["digest"], frozenset(kept["revoked"]))]

    def remember(self, judged: Judged) -> None:
        if self.off:
            return
        now = Seen.of(judged.signed, "")
        self.path.parent.mkdir(parents=True, exist_ok=True)
        part = self.path.with_suffix(f".{os.getpid()}.part")
        part.write_text(json.dumps({"serial": now.serial, "digest": now.digest, "revoked": sorted(now.revoked)}))
        part.replace(self.path)  # a crash before this leaves what was remembered before


Answers = list[tuple[str, asked.Found | None]]


def _said(judged: Judged, answers: Answers, now: datetime) -> Iterator[str]:
    yield HEADS[judged.verdict]
    yield from judged.reasons
    if judged.verdict in (Verdict.HOLDS, Verdict.NO_KEY):
        yield from _holds(judged, answers, now)
    yield NOT_SHOWN


def _holds(judged: Judged, answers: Answers, now: datetime) -> Iterator[str]:
    body, words = judged.signed.body, check(judged.signed.text)
    yield f"Version {body.serial} of the addresses of “{body.line}”, signed {body.issued.date()}, good until {body.until.date()}."
    if judged.handed_over:
        yield f"Your key has handed over to the one that signed: {body.key}."
    yield f"Check words: {words.spoken} ({words.number})."
    if (standing := _standing(body.standing, now)) is not None:
        yield standing
    yield from (_answer(text, found) for text, found in answers)
    if not answers:
        yield from map(_listed, body.addresses)


def _standing(standing: Standing, now: datetime) -> str | None:
    state, since = standing.at(now), standing.since.date() if standing.since else "now"
    if standing.state == "open":
        return None
    if standing.state == "emergency":
        return "THE LINE IS CLOSED: do not call, do not write."
    name = standing.successor.name if standing.successor else ""
    goes_on = f" {name} goes on in its place: {standing.successor.page}." if standing.successor else ""
    return f"The line {'closes on' if state == 'open' else 'is closed since'} {since}.{goes_on}"


def _listed(one: Address) -> str:
    more = f" {one.frequency}" if one.frequency else ""
    hours = "; ".join(f"{','.join(some.days)} {some.opens}-{some.closes}" for some in one.hours) or "always"
    return f"  {one.channel:6} {one.value}{more}  {one.label}  [{hours}]"


def _answer(text: str, found: asked.Found | None) -> str:
    if found is None:
        return f"NOT GENUINE: {text} is not on this list."
    one = found.address
    how = "" if found.exact else " (as it is dialled within its own country)"
    return f"Genuine: {one.value}{f' {one.frequency}' if one.frequency else ''}{how}."


def _as_json(judged: Judged, answers: Answers) -> dict[str, Any]:
    body = judged.signed.body
    return {
        "verdict": judged.verdict.name.lower(),
        "code": int(judged.verdict),
        "reasons": judged.reasons,
        "line": body.line,
        "serial": body.serial,
        "digest": judged.signed.digest,
        "key": str(body.key),
        "handed_over": judged.handed_over,
        "until": body.until.isoformat(),
        "standing": body.standing.state,
        "check_words": list(check(judged.signed.text).words),
        "asked": [
            {"asked": text, "genuine": found is not None, "value": found.address.value if found else None}
            for text, found in answers
        ],
        "not_shown": NOT_SHOWN,
    }
