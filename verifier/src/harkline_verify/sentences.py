"""The verdict in plain sentences, always the same, and what it does not show."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from harkline_verify import receipts
from harkline_verify.entries import Audit
from harkline_verify.report import Before, Code, Conflict, Figure, Inspection, Report

NOT_SHOWN = (
    "Not shown: that callers told the truth, are different people, called unprompted, or that none was left out."
)
VERDICTS = {
    Code.HOLDS: "Everything that can be checked holds.",
    Code.REFUSED: "REFUSED: do not rely on these figures.",
    Code.UNREACHABLE: "NOT FINISHED: nothing is said about these figures yet.",
    Code.TWO_HISTORIES: "TWO HISTORIES: the line showed two readers different logs. Keep both checkpoints: its own signatures prove it.",
    Code.RULE_BROKEN: "Every proof holds, but the line did not keep its own rules.",
}
CLASSES = {
    "E4": ("caller reached again", "callers reached again"),
    "E3": ("third-party signature", "third-party signatures"),
    "E2": ("carrier record", "carrier records"),
    "E1": ("only the line's note", "only the line's notes"),
    "E0": ("without evidence, counted as not genuine",) * 2,
}


def day(moment: int | None) -> str:
    """A moment's date in UTC: 2026-11-22."""
    return "an unknown day" if moment is None else datetime.fromtimestamp(moment, UTC).date().isoformat()


def said(report: Report) -> Iterator[str]:
    """Every sentence of a report, in order."""
    yield VERDICTS[report.code]
    if report.unreachable is not None:
        yield report.unreachable
    if report.conflict is not None:
        yield from _conflict(report.conflict)
    yield from report.problems
    if report.more_problems:
        yield f"And {report.more_problems:,} more of this kind."
    if report.code in (Code.HOLDS, Code.RULE_BROKEN):
        yield from _holds(report)
    yield NOT_SHOWN


def _conflict(conflict: Conflict) -> Iterator[str]:
    yield f"The checkpoint from {conflict.whose} and the one served here are both signed by the line and cannot both be true."
    yield f"The one from {conflict.whose}:\n{conflict.theirs}"
    yield f"The one served here:\n{conflict.ours}"


def _holds(report: Report) -> Iterator[str]:
    yield _size(report)
    yield from map(_before, report.before)
    yield from (f"A rule was not kept: {broken}" for broken in report.broken)
    for figure in report.figures.values():
        yield _figure(figure)
        yield from (_inspection(one) for one in report.inspections if one.figure.number == figure.number)
    if not report.figures:
        yield "No figure is published in this log."
    if report.notices:
        yield _notices(report)
    if report.receipt is not None:
        yield _receipt(report)


def _notices(report: Report) -> str:
    newest = max(report.notices)
    revoked = ", ".join(str(serial) for serial, one in sorted(report.notices.items()) if one.revoked)
    said = f"Version {newest} of the line's addresses is the newest here, SHA-256 {report.notices[newest].digest}."
    return f"{said} Revoked: {revoked}." if revoked else said


def _entries(number: int) -> str:
    return "1 entry" if number == 1 else f"{number:,} entries"


def _size(report: Report) -> str:
    verified = report.verified
    assert verified is not None
    size = _entries(verified.checkpoint.size)
    if not verified.times:
        return f"{size}; no outside witness confirms this log, only the line itself says that none was rewritten."
    return f"{size}; {len(verified.times)} of {report.witnesses} outside witnesses confirm none was rewritten since {day(report.quorum)}."


def _before(before: Before) -> str:
    return f"The {_entries(before.size)} of {before.whose} ({day(before.since)}) are all unchanged."


def _figure(figure: Figure) -> str:
    claim = figure.claim
    what = f"{'Exactly' if claim.exactly else 'At least'} {_entries(claim.total)}"
    verb = "is" if claim.total == 1 else "are"
    span = f"between {figure.span.first} and {figure.span.last}"
    fixed = f"Fixed by {day(figure.fixed)}" if figure.fixed is not None else "Confirmed by no outside witness"
    return f"{what} {span} {verb} marked “{figure.wording}”. {fixed}; cannot be {'changed' if claim.exactly else 'raised'} later."


def _inspection(one: Inspection) -> str:
    audit = one.audit
    drawn = " drawn by lot" if audit.sample else ""
    sentence = f"{audit.key.name} inspected {audit.inspected:,}{drawn}: {_classes(audit)}"
    if one.genuine is not None:
        sentence += f"; with 95 % confidence at least {one.genuine:,} of {one.figure.claim.total:,} are genuine"
    return f"{sentence}.{_signed(one)}{_lot(one)}"


def _classes(audit: Audit) -> str:
    counts = ((audit.classes[name], words) for name, words in CLASSES.items())
    return ", ".join(f"{count:,} {words[count != 1]}" for count, words in counts if count) or "nothing"


def _signed(one: Inspection) -> str:
    if one.expected:
        return ""
    if one.expected is False:
        return f" Nobody you named as an auditor: the report is signed with {one.audit.key}."
    return f" Ask {one.audit.key.name} whether this key is theirs: {one.audit.key}."


def _lot(one: Inspection) -> str:
    if one.audit.sample is None or one.drawn:
        return ""
    return " The lot was computed from the beacon's value as reported; that the beacon signed it was not checked here."


def _receipt(report: Report) -> str:
    assert report.receipt is not None
    code = receipts.spoken(report.receipt)
    if report.found is None:
        return f"Receipt {code} is NOT in the count. A contact is entered by the end of the day after it."
    return f"Receipt {code} is in the count of {report.found}. It shows that the contact was entered, not what it was counted as."


def as_json(report: Report) -> dict[str, Any]:
    """The same for programs. Keys stay; new ones may come."""
    verified = report.verified
    return {
        "source": report.source,
        "code": int(report.code),
        "verdict": report.code.name.lower(),
        "sentences": list(said(report)),
        "problems": report.problems,
        "more_problems": report.more_problems,
        "broken_rules": report.broken,
        "origin": verified.checkpoint.origin if verified else None,
        "entries": verified.checkpoint.size if verified else None,
        "root": verified.checkpoint.root.hex() if verified else None,
        "contacts_and_decoys": report.contacts,
        "batches": report.batches,
        "witnesses": {"named": report.witnesses, "confirming": dict(verified.times) if verified else {}},
        "quorum": report.quorum,
        "before": [vars(one) for one in report.before],
        "conflict": vars(report.conflict) if report.conflict else None,
        "figures": [_figure_json(figure) for figure in report.figures.values()],
        "audits": [_audit_json(one) for one in report.inspections],
        "notices": [
            {"serial": serial, "digest": one.digest, "revoked": one.revoked}
            for serial, one in sorted(report.notices.items())
        ],
        "receipt": {"code": report.receipt, "day": _iso(report.found)} if report.receipt else None,
        "not_shown": NOT_SHOWN,
    }


def _iso(value: Any) -> str | None:
    return value.isoformat() if value is not None else None


def _figure_json(figure: Figure) -> dict[str, Any]:
    return {
        "entry": figure.number,
        "column": figure.claim.column,
        "wording": figure.wording,
        "exactly": figure.claim.exactly,
        "total": figure.claim.total,
        "first_day": _iso(figure.span.first),
        "last_day": _iso(figure.span.last),
        "leaves": figure.leaves,
        "fixed": figure.fixed,
        "broken_rules": [reason.name.lower() for reason in figure.broken],
    }


def _audit_json(one: Inspection) -> dict[str, Any]:
    return {
        "entry": one.number,
        "claim": one.audit.claim,
        "auditor": str(one.audit.key),
        "auditor_named": one.expected,
        "by_lot": one.audit.sample is not None,
        "beacon_checked": one.drawn,
        "inspected": one.audit.inspected,
        "classes": dict(one.audit.classes),
        "at_least_genuine": one.genuine,
    }
