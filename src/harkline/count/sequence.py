"""From a day's contacts to entries that stand for ever.

One transaction fixes everything: which contacts, under which codes, with which random values, at which place. Before it there is
nothing in the log; after it the entries are final, whoever crashes, and files, signatures and confirmations follow from them
(``publish``, ``cosign``). A crash inside it leaves at most a key that opens nothing, and the next round begins again.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction

from harkline.count import openings, policy, receipts, signing, tally
from harkline.count.models import Batch, Counted, Leaf, Log, Opening, Receipt
from harkline.count.openings import Open
from harkline.intake.models import Attempt
from harkline.line import this
from harkline.runtime import clock, secret
from harkline.seal import box
from harkline_verify import contact, entries, group
from harkline_verify import receipts as codes

MIN_CELL = 10  # smaller figures could say something of one caller
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Made:
    """An entry with what opens it."""

    code: str
    data: bytes
    open: Open


def log() -> Log | None:
    """The log, or None before it has begun."""
    return Log.objects.filter(pk=1).first()


def begin() -> Log:
    """The log with its schema, begun now where there is none. A crash after the key and before the row leaves a key that has
    signed nothing."""
    if found := log():
        return found
    signing.make()
    now = clock.now()
    text = schema_text()
    with transaction.atomic():
        row, new = Log.objects.get_or_create(
            pk=1,
            defaults={
                "origin": policy.present().origin,
                "begun_at": now,
                "schema": text.decode(),
                "first_day": now.astimezone(this.zone()).date(),
                "size": 1,
            },
        )
        if new:
            Leaf.objects.create(index=0, data=text)
    return row


def schema_text() -> bytes:
    """Entry 0, as the settings have it now."""
    now = policy.present()
    return entries.Schema(
        origin=now.origin,
        columns=tuple(entries.Column(one.name, one.wording) for one in now.columns),
        rates={at: one.rate for at, one in enumerate(now.columns)},
        min_cell=MIN_CELL,
        beacon=now.beacon,
        slot=time.fromisoformat(now.slot),
    ).encode()


def schema(row: Log) -> entries.Schema:
    """Entry 0 as it stands in the log."""
    found = entries.parse(row.schema.encode())
    assert isinstance(found, entries.Schema)
    return found


def fits(row: Log) -> bool:
    """Whether the settings still say what the log began with; nothing is appended where they do not."""
    return row.schema.encode() == schema_text()


def next_day(row: Log, now: datetime) -> date | None:
    """The day whose batch is to be made now: the one after the last, once the first slot after its end has come."""
    day = row.last_day + DAY if row.last_day else row.first_day
    return day if now >= made_at(day) else None


def made_at(day: date) -> datetime:
    """The moment of a day's batch: the first slot (UTC) after the day has ended by the line's own clock."""
    over = tally.ends(day).astimezone(UTC)
    slot = datetime.combine(over.date(), time.fromisoformat(policy.present().slot), UTC)
    return slot if slot >= over else slot + DAY


def make_due() -> int:
    """Make every batch that is due, the days in order; returns how many."""
    made = 0
    while True:
        row = begin()
        day = next_day(row, clock.now())
        if row.stopped or day is None or not fits(row) or not _make(row, day):
            return made
        made += 1


def _make(row: Log, day: date) -> bool:
    """One day's batch. False where somebody else was quicker."""
    of = policy.present().columns
    due = tally.due(row.first_day, day, of)
    codes_ = receipts.draw([one.attempt for one in due])
    made = _padded([_entry(row, one, codes_[one.attempt]) for one in due], row, len(of))
    with transaction.atomic():
        # Compare and set: whoever read an older size writes nothing, the day's key least of all.
        size = row.size + 1 + len(made)
        if not Log.objects.filter(pk=1, size=row.size, last_day=row.last_day).update(size=size, last_day=day):
            return False
        if not _as_told(made):
            transaction.set_rollback(True)
            return False
        _write(row, day, made, openings.make_key(day))
        Counted.objects.bulk_create(Counted(attempt_id=one.attempt, day=day) for one in due)
    return True


def _as_told(made: Sequence[Made]) -> bool:
    """Whether everybody is still entered under the code that they were told: somebody may have asked for one while we reckoned. From
    here to the commit nobody is told another (``receipts.issue`` waits for the attempt's row)."""
    codes_ = {one.open.attempt: one.code for one in made if one.open.attempt}
    for some in _slices(list(codes_)):
        list(Attempt.objects.select_for_update().filter(pk__in=some).order_by("pk").values_list("pk"))
        rows = Receipt.objects.filter(attempt_id__in=some).values_list("attempt_id", "code")
        if {str(attempt): code for attempt, code in rows} != {one: codes_[one] for one in some}:
            return False
    return True


def _slices(ids: Sequence[str], size: int = 500) -> Iterable[Sequence[str]]:
    return (ids[at : at + size] for at in range(0, len(ids), size))


def _entry(row: Log, one: tally.Due, code: str) -> Made:
    salt = secrets.token_bytes(32)
    digest = one.digest or hashlib.sha256(one.note.encode()).digest()
    data, blinds = contact.make(_hash(row), code, contact.evidence_commitment(salt, digest), one.values)
    return Made(code, data, Open(one.values, tuple(blinds), salt, digest, one.attempt, one.kind, one.note))


def _padded(real: list[Made], row: Log, width: int) -> list[Made]:
    """With decoys, to a power of two: how many there were on a day is not told. In the order of their codes."""
    taken = set(Receipt.objects.values_list("code", flat=True)) | {one.code for one in real}
    number = max(entries.LEAST_BATCH, 1 << max(0, len(real) - 1).bit_length())
    decoys = []
    for _one in range(number - len(real)):
        code = codes.make(None, taken)
        taken.add(code)
        data, blinds = contact.make_decoy(_hash(row), code, width)
        decoys.append(Made(code, data, Open((0,) * width, tuple(blinds), b"", b"")))
    return sorted([*real, *decoys], key=lambda one: one.code)


def schema_hash(row: Log) -> str:
    """By which entries name the log that they belong to."""
    return _hash(row).hex()


def _hash(row: Log) -> bytes:
    return hashlib.sha256(row.schema.encode()).digest()


def _write(row: Log, day: date, made: Sequence[Made], key: bytes) -> None:
    header = entries.Batch(_hash(row).hex(), day, len(made)).encode()
    first = row.size + 1
    batch = Batch.objects.create(header=row.size, day=day, count=len(made), sums=_sums(day, made), made_at=clock.now())
    Leaf.objects.bulk_create(
        [Leaf(index=row.size, data=header), *(Leaf(index=first + at, data=one.data) for at, one in enumerate(made))],
        batch_size=500,
    )
    Opening.objects.bulk_create(
        (
            Opening(index=first + at, batch=batch, boxed=openings.boxed(key, first + at, one.open))
            for at, one in enumerate(made)
        ),
        batch_size=500,
    )


def _sums(day: date, made: Iterable[Made]) -> bytes:
    opened = [one.open for one in made]
    totals = [sum(column) for column in zip(*(one.values for one in opened), strict=True)]
    blinds = [sum(column) % group.Q for column in zip(*(one.blinds for one in opened), strict=True)]
    said = json.dumps({"totals": totals, "blinds": [f"{one:x}" for one in blinds]}).encode()
    return box.box(secret.keyed("count", b""), said, f"sums|{day.isoformat()}")


def sums(batch: Batch) -> tuple[list[int], list[int]]:
    """Each column's total in a batch, and the blinding factor that opens the sum. Raises ``envelope.Refused`` on another host."""
    said: Mapping[str, list[str]] = json.loads(
        box.unbox(secret.keyed("count", b""), bytes(batch.sums), f"sums|{batch.day.isoformat()}")
    )
    return [int(one) for one in said["totals"]], [int(one, 16) for one in said["blinds"]]


def append(text: bytes, before: int) -> int | None:
    """Append one entry of text (a claim, a report) behind ``before`` entries, inside the caller's transaction; returns its index, or
    None where the log has grown meanwhile or is stopped."""
    if not Log.objects.filter(pk=1, size=before, stopped="").update(size=before + 1):
        return None
    Leaf.objects.create(index=before, data=text)
    return before
