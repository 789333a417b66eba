"""A whole log, verified: signatures and quorum, every entry and tile, batches, proofs, figures, audits, earlier visits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from harkline_verify import tree
from harkline_verify.checkpoints import Checkpoint
from harkline_verify.errors import Refused
from harkline_verify.judge import Fixed, Judge
from harkline_verify.notes import Key, Note
from harkline_verify.policy import Policy
from harkline_verify.report import Before, Conflict, Report
from harkline_verify.source import Source, Unreachable
from harkline_verify.stream import Seen, bundles
from harkline_verify.tally import Tally
from harkline_verify.workers import Here, Pool

# Below this, starting processes takes longer than the proofs.
FEW = 1500


@dataclass(frozen=True)
class Earlier:
    """A checkpoint of this log that was seen before, here or by somebody else."""

    whose: str
    note: str
    checkpoint: Checkpoint
    quorum: int | None
    own: bool

    @classmethod
    def of(cls, data: bytes, policy: Policy, whose: str, *, own: bool = False) -> "Earlier":
        """Raises Refused for what the policy's log did not sign: it would prove nothing."""
        note = Note.parse(data)
        logs = [party.key for party in policy.logs]
        if not note.verified(logs):
            raise Refused("this checkpoint is not signed by the line, so it proves nothing")
        by_key = {party.key: name for name, party in policy.witnesses.items()}
        signed = note.verified(by_key)
        times = {by_key[key]: time for key, time in signed.items() if time is not None}
        return cls(whose, data.decode(), Checkpoint.parse(note.text), policy.quorum_time(times), own)


@dataclass(frozen=True)
class Wishes:
    """What a reader wants beyond the log itself. ``progress`` is told (entries read, entries in all)."""

    earlier: Sequence[Earlier] = ()
    auditors: frozenset[Key] = frozenset()
    receipt: str | None = None
    jobs: int = 1
    progress: Callable[[int, int], None] = lambda _done, _all: None


def verify(source: Source, policy: Policy, wishes: Wishes) -> Report:
    """Verify what is served. Never raises for anything that the log contains."""
    report = Report(source.name, witnesses=len(policy.witnesses), receipt=wishes.receipt)
    try:
        _verify(report, source, policy, wishes)
    except Refused as error:
        report.refuse(str(error))
    except Unreachable as error:
        report.unreachable = str(error)
    return report


def _verify(report: Report, source: Source, policy: Policy, wishes: Wishes) -> None:
    note = source.read("checkpoint", fresh=True)
    report.verified = verified = policy.verify(note)
    report.quorum = policy.quorum_time(verified.times)
    for earlier in wishes.earlier:
        _same_size(report, earlier, verified.checkpoint, note)
    if report.conflict or report.problems:
        return
    seen = Seen(source)
    tally = _read(report, source, seen, verified.checkpoint, wishes)
    fixed = _compared(report, seen, note, wishes.earlier)
    if report.conflict is None and tally.schema is not None:
        if report.quorum is not None:
            fixed.append(Fixed(verified.checkpoint.size, report.quorum))
        Judge(tally, seen, policy, fixed, wishes.auditors).judge()


def _read(report: Report, source: Source, seen: Seen, checkpoint: Checkpoint, wishes: Wishes) -> Tally:
    checker = Pool(wishes.jobs) if wishes.jobs > 1 and checkpoint.size > FEW else Here()
    tally = Tally(report, checker, checkpoint.origin, wishes.receipt)
    try:
        for entries in bundles(source, checkpoint.size, seen):
            tally.read(entries)
            wishes.progress(seen.frontier.size, checkpoint.size)
        if seen.frontier.root() != checkpoint.root:
            raise Refused("The entries do not add up to the root that the line signed.")
        tally.end()
    finally:
        checker.close()
    report.batches = len(tally.days)
    return tally


def _same_size(report: Report, earlier: Earlier, now: Checkpoint, note: bytes) -> None:
    before = earlier.checkpoint
    if before.origin != now.origin:
        raise Refused(f"The checkpoint from {earlier.whose} is of another log.")
    if before.size == now.size and before.root != now.root:
        report.conflict = Conflict(earlier.whose, earlier.note, note.decode())
    elif before.size > now.size and earlier.own:
        report.refuse(
            f"{now.size:,} entries are served, but {earlier.whose} there were {before.size:,}: a log only grows."
        )
    elif before.size > now.size:
        raise Unreachable(
            f"The checkpoint from {earlier.whose} is newer ({before.size:,} entries) than what is served here ({now.size:,}). "
            "Try again later, or let them compare yours."
        )


def _compared(report: Report, seen: Seen, note: bytes, others: Sequence[Earlier]) -> list[Fixed]:
    fixed = []
    for earlier in others:
        before = earlier.checkpoint
        if tree.root(seen, before.size) != before.root:
            report.conflict = Conflict(earlier.whose, earlier.note, note.decode())
            return []
        report.before.append(Before(before.size, earlier.quorum, earlier.whose))
        if earlier.quorum is not None:
            fixed.append(Fixed(before.size, earlier.quorum))
    return fixed
