"""What is wrong with this installation and what to do about it: for ``harkline check`` and the health page.

A finding names no caller and quotes nothing; it can be sent to a monitoring service as it is.
"""

import enum
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from harkline.server import config, config_file
from harkline.server.config import Settings

log = logging.getLogger(__name__)


class Severity(enum.IntEnum):
    """The worst one is the command's exit code. FAILURE: callers are kept out or exposed, or soon will be."""

    NOTE = 0
    WARNING = 1
    FAILURE = 2


@dataclass(frozen=True)
class Finding:
    """One thing: which part, what is wrong, what to do, how bad it is."""

    part: str
    sentence: str
    remedy: str
    severity: Severity


@dataclass(frozen=True)
class Place:
    """What a check looks at."""

    data: Path
    settings: Settings


Check = Callable[[Place], Iterator[Finding]]


def failure(part: str, sentence: str, remedy: str) -> Finding:
    """Callers are kept out or exposed, or soon will be."""
    return Finding(part, sentence, remedy, Severity.FAILURE)


def warning(part: str, sentence: str, remedy: str) -> Finding:
    """It works, and somebody should see to it."""
    return Finding(part, sentence, remedy, Severity.WARNING)


def note(part: str, sentence: str, remedy: str) -> Finding:
    """Worth knowing; it does not change the exit code."""
    return Finding(part, sentence, remedy, Severity.NOTE)


def findings(data: Path) -> list[Finding]:
    """Everything found, the worst first. A check that cannot be made is a failure itself."""
    from harkline.server import (
        check_count,
        check_host,
        check_keeping,
        check_line,
        check_need,
        check_notice,
        check_onion,
        check_outside,
        check_radio,
    )

    try:
        place = Place(data, config.load(data))
        found = []
    except config_file.Mistakes as mistakes:
        found = [failure("settings", str(one), _("Correct this line.")) for one in mistakes.found]
        place = Place(data, Settings(data))
    for check in (
        *check_host.CHECKS,
        *check_line.CHECKS,
        *check_radio.CHECKS,
        *check_keeping.CHECKS,
        *check_onion.CHECKS,
        *check_outside.CHECKS,
        *check_need.CHECKS,
        *check_count.CHECKS,
        *check_notice.CHECKS,
    ):
        found += _made(check, place)
    return sorted(found, key=lambda one: -one.severity)


def _made(check: Check, place: Place) -> list[Finding]:
    try:
        return list(check(place))
    except Exception as error:
        log.exception("the check %s failed", check.__name__)
        sentence = _("It could not be checked (%(check)s: %(error)s).") % {
            "check": check.__name__, "error": type(error).__name__,
        }  # fmt: skip
        return [failure("check", sentence, _("See the server's log; the database may be locked, damaged or missing."))]


def report(data: Path) -> int:
    """Print the findings; returns the exit code: 0 all is well (or notes only), 1 warnings, 2 failures."""
    found = findings(data)
    words = {Severity.NOTE: _("note"), Severity.WARNING: _("warning"), Severity.FAILURE: _("FAILURE")}
    for one in found:
        print(f"{words[one.severity]:8} {one.part}: {one.sentence}\n         → {one.remedy}")
    if not found:
        print(_("Nothing is wrong."))
    return max((int(one.severity) for one in found), default=0)
