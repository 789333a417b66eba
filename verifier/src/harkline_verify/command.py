"""``harkline-verify URL|FOLDER --policy FINGERPRINT|FILE``, and ``harkline-verify notice …`` (``notice_command``)."""

import argparse
import hashlib
import json
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from harkline_verify import notice_command, receipts
from harkline_verify.errors import Refused
from harkline_verify.notes import Key
from harkline_verify.policy import Policy
from harkline_verify.report import Code, Report
from harkline_verify.sentences import as_json, said
from harkline_verify.source import Folder, Source, Unreachable, Web
from harkline_verify.verify import Earlier, Wishes, verify

EPILOG = """exit codes: 0 everything holds; 1 refused; 2 wrong use; 3 could not be read to the end (run it again);
4 the line showed two histories; 5 every proof holds, but a rule was not kept

A line's signed list of genuine addresses is checked with: harkline-verify notice URL|FILE --key KEY"""


class Wrong(Exception):
    """The command was used wrongly. The text says how to do it right."""


class Bar:
    """A progress bar on a terminal, nothing elsewhere."""

    def __init__(self, out: TextIO, *, quiet: bool) -> None:
        self.out = out
        self.shown = not quiet and out.isatty()
        self.last = -1

    def __call__(self, done: int, everything: int) -> None:
        percent = 100 * done // max(everything, 1)
        if self.shown and percent != self.last:
            self.last = percent
            self.out.write(f"\r[{'#' * (percent // 4):25}] {percent:3} %  {done:,} of {everything:,} entries")
            self.out.flush()

    def end(self) -> None:
        """Leave the line clean for the sentences."""
        if self.shown and self.last >= 0:
            self.out.write("\r\x1b[K")


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(
        "harkline-verify",
        description="Checks the published figures of a hotline without trusting it.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("log", metavar="URL|FOLDER", help="where the log is served, or a folder with a copy of it")
    made.add_argument(
        "--policy",
        required=True,
        metavar="FINGERPRINT|FILE",
        help="the 64 hex digits of the policy's SHA-256, from somebody you trust; or the policy itself",
    )
    made.add_argument("--receipt", metavar="DIGITS", help="look for a receipt, on this computer: nobody learns which")
    made.add_argument(
        "--compare",
        action="append",
        default=[],
        metavar="FILE",
        type=Path,
        help="a checkpoint that somebody else was shown",
    )
    made.add_argument("--save", metavar="FILE", type=Path, help="write the checkpoint here, to compare with others")
    made.add_argument(
        "--auditor", action="append", default=[], metavar="KEY", help="the key of an auditor whom you know"
    )
    made.add_argument("--json", action="store_true", help="the result for programs")
    made.add_argument("--quiet", action="store_true", help="no progress bar")
    made.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes (default: one for each core)")
    made.add_argument("--forget", action="store_true", help="do not remember this visit, nor compare with the last one")
    made.add_argument(
        "--state", type=Path, default=_home("XDG_STATE_HOME", ".local/state"), help="where visits are remembered"
    )
    made.add_argument("--cache", type=Path, default=_home("XDG_CACHE_HOME", ".cache"), help="where downloads are kept")
    return made


def _home(variable: str, usual: str) -> Path:
    base = os.environ.get(variable)
    return (Path(base) if base else Path.home() / usual) / "harkline-verify"


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify, say what came of it, answer the exit code."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    if given[:1] == ["notice"]:
        return notice_command.main(given[1:], _home("XDG_STATE_HOME", ".local/state"))
    options = parser().parse_args(given)
    try:
        return _run(options)
    except (Wrong, Refused) as error:
        print(f"harkline-verify: {error}", file=sys.stderr)
        return Code.USAGE
    except Unreachable as error:
        print(f"harkline-verify: {error}", file=sys.stderr)
        return Code.UNREACHABLE
    except KeyboardInterrupt:
        print("\nStopped. Run the same command again: it goes on from where it stopped.", file=sys.stderr)
        return Code.UNREACHABLE


def _run(options: argparse.Namespace) -> int:
    source = _source(options)
    policy = _policy(options.policy, source)
    visit = _Visit(options.state, policy, forget=options.forget)
    bar = Bar(sys.stderr, quiet=options.quiet or options.json)
    wishes = Wishes(
        [*visit.before(), *(_compared(path, policy) for path in options.compare)],
        frozenset(map(_auditor, options.auditor)),
        _receipt(options.receipt),
        max(1, options.jobs),
        bar,
    )
    report = verify(source, policy, wishes)
    bar.end()
    _say(report, as_programs=options.json)
    if report.code in (Code.HOLDS, Code.RULE_BROKEN) and report.verified is not None:
        visit.remember(report)
        if options.save is not None:
            options.save.write_text(_note(report), encoding="utf-8")
    return report.code


def _source(options: argparse.Namespace) -> Source:
    if "://" in options.log:
        try:
            return Web(options.log, options.cache)
        except ValueError as error:
            raise Wrong(str(error)) from error
    if not Path(options.log).is_dir():
        raise Wrong(f"{options.log} is neither a web address nor a folder.")
    return Folder(Path(options.log))


def _policy(wanted: str, source: Source) -> Policy:
    fingerprint = re.sub(r"[\s:]", "", wanted).lower()
    if re.fullmatch(r"[0-9a-f]{64}", fingerprint) is None:
        if not Path(wanted).is_file():
            raise Wrong(f"{wanted} is neither a fingerprint (64 hex digits) nor a policy file.")
        return Policy.parse(Path(wanted).read_bytes())
    policy = Policy.parse(source.read("policy", fresh=True))
    if policy.fingerprint != fingerprint:
        raise Wrong(
            f"The policy served here has another fingerprint ({policy.fingerprint}). Either it changed, and whoever gave you yours "
            "can say why, or somebody wants you to trust other witnesses."
        )
    return policy


def _compared(path: Path, policy: Policy) -> Earlier:
    try:
        return Earlier.of(path.read_bytes(), policy, str(path))
    except OSError as error:
        raise Wrong(f"{path} cannot be read: {error.strerror}.") from error
    except Refused as error:
        raise Wrong(f"{path}: {error}.") from error


def _auditor(text: str) -> Key:
    try:
        return Key.parse(text)
    except Refused as error:
        raise Wrong(f"--auditor: {error}.") from error


def _receipt(text: str | None) -> str | None:
    try:
        return receipts.read(text) if text else None
    except ValueError as error:
        raise Wrong(str(error)) from error


def _say(report: Report, *, as_programs: bool) -> None:
    if as_programs:
        print(json.dumps(as_json(report), indent=2, ensure_ascii=False))
        return
    for sentence in said(report):
        print(sentence)


def _note(report: Report) -> str:
    assert report.verified is not None
    return report.verified.written


class _Visit:
    """The last visit: the checkpoint that was verified then, for each log, one small file."""

    def __init__(self, folder: Path, policy: Policy, *, forget: bool) -> None:
        name = hashlib.sha256("\n".join(str(party.key) for party in policy.logs).encode()).hexdigest()
        self.path, self.policy, self.forget = folder / f"{name[:32]}.checkpoint", policy, forget

    def before(self) -> list[Earlier]:
        if self.forget or not self.path.exists():
            return []
        return [Earlier.of(self.path.read_bytes(), self.policy, "your last visit", own=True)]

    def remember(self, report: Report) -> None:
        if self.forget:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        part = self.path.with_suffix(f".{os.getpid()}.part")
        part.write_text(_note(report), encoding="utf-8")
        part.replace(self.path)  # a crash before this leaves the visit before it


if __name__ == "__main__":
    sys.exit(main())
