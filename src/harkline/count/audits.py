"""An outsider looks at what stands behind a claim. Each entry's evidence is shown once, on record, and counted by its class.

A small claim: as many entries as it says, which the line picks. A large one: those on which the lot falls; the lot is a number that
nobody could know when a quorum of witnesses confirmed the entries (drand), and the line opens the sum of all that were drawn, so that
it cannot keep one back unnoticed. What is withheld counts as not genuine: a caller can always be protected, at the cost of one.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from harkline.audit import chain
from harkline.audit.words import Act, Subject
from harkline.count import sequence
from harkline.count.models import Audit, AuditState, Batch, Claim, Evidence, EvidenceClass, Inspection, Leaf, Shown
from harkline.count.openings import Open, Openings
from harkline.runtime import bell, clock
from harkline_verify import bounds, entries, group, sampling, tree
from harkline_verify.errors import Refused as Malformed
from harkline_verify.notes import Key, Signer

SMALL = 60  # larger claims are better drawn: 59 inspections, all genuine, say as much of any total
BEST_FIRST = ("E4", "E3", "E2", "E1", "E0")
TRIES = 5


class Refused(Exception):
    """Why something is not done, in a sentence."""


@dataclass(frozen=True)
class Opened:
    """One entry opened for the auditor, who can check every part of it against the log. ``note`` is the evidence itself where it
    names nobody; else a colleague hands over the sealed document, whose SHA-256 is ``digest``."""

    entry: int
    code: str
    value: int
    blinding: str
    salt: str
    digest: str
    kind: str
    note: str


def begin(claim: Claim, auditor: str, operator_id: int | None, *, sample: bool) -> Audit:
    """Open an audit. Raises Refused."""
    if not auditor.strip():
        raise Refused(_("Say who inspects."))
    shown = _covering(claim) if sample else None
    drawn: list[int] = [] if sample else _picked(claim)
    with transaction.atomic():
        row = Audit.objects.create(
            claim=claim,
            auditor=auditor.strip()[:80],
            sampled=sample,
            shown=shown,
            round=_round(shown) if shown else None,
            drawn=drawn,
            drawn_count=len(drawn),
            state=AuditState.WAITING if sample else AuditState.DRAWN,
            opened_at=clock.now(),
        )
        chain.record(Act.AUDIT_OPENED, Subject.COUNT, claim.pk, actor_id=operator_id)
    bell.ring("count", row.pk, "inside")
    return row


def _covering(claim: Claim) -> Shown:
    """The first checkpoint of a quorum that has all the days of the claim in it: there is no later one to choose."""
    end = claim.last.header + claim.last.count + 1
    found = Shown.objects.filter(size__gte=end).order_by("size").first()
    if found is None:
        raise Refused(_("No quorum of witnesses has confirmed these days yet, so nothing can be drawn."))
    return found


def _round(shown: Shown) -> int:
    row = sequence.log()
    assert row
    return sampling.round_for(int(shown.quorum_at.timestamp()), sequence.schema(row))


def due_at(row: Audit) -> datetime | None:
    """When the round that draws is published; None where nothing is drawn."""
    if row.round is None:
        return None
    return datetime.fromtimestamp(sampling.GENESIS + sampling.PERIOD * (row.round - 1), UTC)


def _window(claim: Claim) -> list[int]:
    """The entries of contacts within the claim's days."""
    rows = Batch.objects.filter(header__gte=claim.first_id, header__lte=claim.last_id).order_by("header")
    return [at for one in rows for at in range(one.header + 1, one.header + 1 + one.count)]


def _opened(claim: Claim) -> Mapping[int, Open]:
    window = _window(claim)
    found: dict[int, Open] = {}
    openings = Openings()
    for at in range(0, len(window), 500):
        found |= openings.of(window[at : at + 500])
    if len(found) < len(window):
        raise Refused(_("What opened some of these days is gone already: an audit begins within 45 days."))
    return found


def _picked(claim: Claim) -> list[int]:
    """As many entries as the claim says, those with the best evidence first."""
    ones = [(index, one) for index, one in _opened(claim).items() if one.values[claim.column] == 1]
    ones.sort(key=lambda pair: (BEST_FIRST.index(pair[1].kind), pair[0]))
    return sorted(index for index, _one in ones[: claim.value])


def draw(row: Audit, signature: bytes) -> Audit:
    """Let the round's number choose. A wrong number is found out by every reader, who checks it against drand's key.
    Raises Refused. Compare and set: an audit is drawn once."""
    if row.state != AuditState.WAITING:
        raise Refused(_("This audit is drawn already."))
    if (at := due_at(row)) is None or clock.now() < at:
        raise Refused(_("The round that draws is not published yet."))
    if len(signature) != 48:
        raise Refused(_("A round's signature has 96 hexadecimal digits."))
    chosen = _lots(row.claim, signature)
    opened = _opened(row.claim)
    column = row.claim.column
    ones = [index for index in chosen if opened[index].values[column] == 1]
    blinding = sum(opened[index].blinds[column] for index in chosen) % group.Q
    changed = Audit.objects.filter(pk=row.pk, state=AuditState.WAITING).update(
        state=AuditState.DRAWN,
        beacon=signature.hex(),
        drawn=ones,
        drawn_count=len(chosen),
        contacts=len(ones),
        opening=group.scalar_to_bytes(blinding).hex(),
    )
    if not changed:
        raise Refused(_("This audit is drawn already."))
    return Audit.objects.get(pk=row.pk)


def _lots(claim: Claim, signature: bytes) -> list[int]:
    log = sequence.log()
    assert log
    schema, number = sequence.schema(log), sampling.randomness(signature)
    hash_, rate = bytes.fromhex(sequence.schema_hash(log)), schema.rate(claim.column)
    assert rate is not None
    window = _window(claim)
    rows = (
        Leaf.objects.filter(index__in=window)
        if len(window) < 500
        else Leaf.objects.filter(index__gte=window[0], index__lte=window[-1])
    )
    known = set(window)
    return [
        one.index
        for one in rows.order_by("index").iterator(chunk_size=2000)
        if one.index in known and sampling.selected(hash_, claim.column, rate, number, tree.leaf_hash(bytes(one.data)))
    ]


def show(row: Audit, entry: int, operator_id: int | None) -> Opened:
    """Open one drawn entry for the auditor. Once: the second time is refused, and both are on record. Raises Refused."""
    if row.state != AuditState.DRAWN or entry not in row.drawn:
        raise Refused(_("This entry is not among those to be inspected."))
    opened = Openings().of([entry]).get(entry)
    leaf = Leaf.objects.filter(index=entry).first()
    if opened is None or leaf is None:
        raise Refused(_("What opened this entry is gone already. It counts as E0."))
    with transaction.atomic():
        _seen, new = Inspection.objects.get_or_create(audit=row, entry=entry, defaults={"shown_at": clock.now()})
        chain.record(
            Act.EVIDENCE_SHOWN, Subject.COUNT, entry, reason="" if new else "refused_twice", actor_id=operator_id
        )
    if not new:
        raise Refused(_("This entry was shown already. Evidence is shown once."))
    return Opened(
        entry,
        bytes(leaf.data[2:12]).decode(),
        opened.values[row.claim.column],
        group.scalar_to_bytes(opened.blinds[row.claim.column]).hex(),
        opened.salt.hex(),
        opened.digest.hex(),
        opened.kind,
        opened.note,
    )


def fits(row: Audit, entry: int, document: bytes) -> bool:
    """Whether a document that was handed over is the evidence that the log holds of this entry."""
    opened = Openings().of([entry]).get(entry) if entry in row.drawn else None
    return opened is not None and hashlib.sha256(document).digest() == opened.digest


def sealed_object(row: Audit, entry: int) -> str:
    """The sealed document of an entry that was shown; empty where there is none."""
    opened = Openings().of([entry]).get(entry) if entry in row.drawn else None
    if opened is None or not opened.attempt:
        return ""
    found = Evidence.objects.filter(attempt_id=opened.attempt).values_list("object_id", flat=True).first()
    return str(found) if found else ""


def found(row: Audit, entry: int, kind: str) -> None:
    """Write down what the auditor found. Raises Refused."""
    if kind not in EvidenceClass.values:
        raise Refused(_("A class is E4, E3, E2, E1 or E0."))
    if row.state == AuditState.REPORTED or not Inspection.objects.filter(audit=row, entry=entry).update(found=kind):
        raise Refused(_("Show the entry first."))


def classes(row: Audit) -> dict[str, int]:
    """How many were found to be what. Whatever was drawn and not inspected, or withheld, is E0."""
    said = list(Inspection.objects.filter(audit=row).exclude(found="").values_list("found", flat=True))
    number = {one: said.count(one) for one in BEST_FIRST}
    number["E0"] += len(row.drawn) - len(said)
    return number


def statement(row: Audit) -> tuple[int, int]:
    """(at least so many genuine, of so many), with 95 % confidence where it is a sample, certainly where all were inspected."""
    number = classes(row)
    inspected = sum(number.values())
    total = max(row.claim.value, inspected)
    return bounds.at_least_genuine(total, inspected, number["E0"]), total


def report(row: Audit, key: Key) -> entries.Audit:
    """What the auditor is to sign with their own key, which is on their own machine. Raises Refused."""
    if row.state != AuditState.DRAWN:
        raise Refused(_("There is nothing to sign: nothing is drawn yet, or it is reported already."))
    log = sequence.log()
    assert log
    return entries.Audit(sequence.schema_hash(log), row.claim_id, classes(row), key, _sample(row))


def _sample(row: Audit) -> entries.Sample | None:
    if not row.sampled:
        return None
    assert row.shown
    assert row.round
    return entries.Sample(
        row.round,
        bytes.fromhex(row.beacon),
        row.shown.note.encode(),
        row.drawn_count,
        row.contacts or 0,
        bytes.fromhex(row.opening),
    )


def publish(row: Audit, signed: bytes, operator_id: int | None) -> int:
    """Append the signed report; returns its index. Raises Refused for anything but this audit's report, signed."""
    try:
        read = entries.parse(signed)
    except Malformed as why:
        raise Refused(_("This is no signed report: %s") % why) from None
    if not isinstance(read, entries.Audit) or read != report(row, read.key):
        raise Refused(_("This report says something else than what was inspected here."))
    for _try in range(TRIES):
        if (index := _publish(row, signed, operator_id)) is not None:
            return index
    raise Refused(_("The log is stopped, or busy. Nothing was appended; see the page “Health”."))


def _publish(row: Audit, signed: bytes, operator_id: int | None) -> int | None:
    log = sequence.log()
    assert log
    with transaction.atomic():
        index = sequence.append(signed, log.size)
        if index is None:
            return None
        if not Audit.objects.filter(pk=row.pk, state=AuditState.DRAWN).update(
            state=AuditState.REPORTED, reported_at=clock.now(), index=index
        ):
            raise Refused(_("This audit is reported already."))
        chain.record(Act.AUDIT_REPORTED, Subject.COUNT, index, actor_id=operator_id)
        bell.ring("count", index, "inside")
    return index


def sign(row: Audit, signer: Signer) -> bytes:
    """The report, signed: for the auditor's own machine."""
    return report(row, signer.key()).signed(signer)


def waiting() -> Sequence[Audit]:
    """Audits that wait for a round that has been published."""
    rows = Audit.objects.filter(state=AuditState.WAITING).select_related("claim", "shown")
    return [row for row in rows if (at := due_at(row)) is not None and at <= clock.now()]
