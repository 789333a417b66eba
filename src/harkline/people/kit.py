"""The recovery kit: what the server knows of it, which is enough to seal to it and to tell a typed page from a wrong one, and not
enough to open anything.

A kit counts once two of its pages were typed back. Until then the one before it stays good.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction

from harkline.audit import chain
from harkline.audit.words import Act, Subject
from harkline.people.models import RecoveryKit, RecoveryWrap, TeamKey
from harkline.runtime import bell, clock, timers
from harkline.seal import envelope, share
from harkline.seal.hashes import same

DRILL_EVERY = timedelta(days=365)
REMIND_AGAIN = timedelta(days=7)
TIMER = "recovery_drill"
TYPED_BACK = 2  # pages


class State(StrEnum):
    """How the kit is, the worst first. ``GOOD`` alone needs nobody."""

    NONE = "none"  # nothing was ever printed, or it is lost
    UNCONFIRMED = "unconfirmed"  # made, and no pages typed back
    INCOMPLETE = "incomplete"  # it cannot open every version of the team's key
    DRILL_DUE = "drill_due"  # a year since somebody typed two pages
    GOOD = "good"


def confirmed() -> RecoveryKit | None:
    """The kit that counts."""
    return RecoveryKit.objects.filter(ended_at=None).exclude(confirmed_at=None).order_by("-pk").first()


def pending() -> RecoveryKit | None:
    """The kit that was made and not yet typed back."""
    return RecoveryKit.objects.filter(ended_at=None, confirmed_at=None).order_by("-pk").first()


def live() -> list[RecoveryKit]:
    """Those to which a new team key must be sealed: the kit that counts and the one that is to take its place."""
    return list(RecoveryKit.objects.filter(ended_at=None).order_by("pk"))


def state() -> State:
    """How the kit is."""
    row = confirmed()
    if row is None:
        return State.UNCONFIRMED if pending() else State.NONE
    if missing(row):
        return State.INCOMPLETE
    return State.DRILL_DUE if clock.now() >= due_at(row) else State.GOOD


def due_at(row: RecoveryKit) -> datetime:
    """When two of its pages should be typed again."""
    return (row.last_drill_at or row.made_at) + DRILL_EVERY


def missing(row: RecoveryKit) -> list[int]:
    """Versions of the team's key that this kit cannot open and somebody still can."""
    rows = TeamKey.objects.filter(lost_at=None).exclude(recovery_wraps__kit=row).order_by("version")
    return list(rows.values_list("version", flat=True))


def wraps(row: RecoveryKit) -> dict[int, bytes]:
    """The team's keys, sealed to this kit: version → wrap."""
    rows = RecoveryWrap.objects.filter(kit=row).select_related("team_key").order_by("team_key__version")
    return {one.team_key.version: bytes(one.wrapped) for one in rows}


def make(name: str, public: bytes, proofs: Mapping[int, bytes], sealed: Mapping[int, bytes]) -> RecoveryKit:
    """Keep a kit that was made in an administrator's browser; one that was never typed back goes. ``proofs`` are the SHA-256 of
    each page's proof, ``sealed`` the team's keys by version. Raises ValueError for what cannot be a kit, or cannot open the present
    team key.
    """
    share.kit_of(name)
    if set(proofs) != set(range(1, share.COUNT + 1)) or any(len(one) != 32 for one in proofs.values()):
        raise ValueError("not five pages")
    envelope.wrap(b"trial", public, b"trial")  # refuses keys of small order and of another length
    with transaction.atomic():
        if TeamKey.objects.latest("version").version not in sealed:
            raise ValueError("it cannot open the present team key")
        if RecoveryKit.objects.filter(kit=name).exists():
            raise ValueError("there is a kit of this name")
        RecoveryKit.objects.filter(ended_at=None, confirmed_at=None).delete()
        hexadecimal = {str(index): bytes(one).hex() for index, one in proofs.items()}
        row = RecoveryKit.objects.create(kit=name, public=public, proofs=hexadecimal, made_at=clock.now())
        add(row, sealed)
        chain.record(Act.KIT_MADE, Subject.KIT, row.pk)
    return row


def add(row: RecoveryKit, sealed: Mapping[int, bytes]) -> None:
    """Keep team keys that somebody sealed to this kit. Idempotent. Raises ValueError."""
    versions = {one.version: one for one in TeamKey.objects.filter(version__in=sealed)}
    if not sealed or versions.keys() != sealed.keys() or any(len(one) != envelope.WRAP for one in sealed.values()):
        raise ValueError("not the team's keys")
    with transaction.atomic():
        for version, wrapped in sealed.items():
            RecoveryWrap.objects.update_or_create(kit=row, team_key=versions[version], defaults={"wrapped": wrapped})
        bell.ring("people", row.pk, "desk")


def hold(team_key: TeamKey, recovery: Mapping[str, bytes]) -> None:
    """Keep a new team key for every live kit. Raises ValueError if one of them were left out."""
    rows = live()
    if {one.kit for one in rows} != set(recovery) or any(len(one) != envelope.WRAP for one in recovery.values()):
        raise ValueError("the recovery kit could not open it")
    for row in rows:
        RecoveryWrap.objects.create(kit=row, team_key=team_key, wrapped=recovery[row.kit])


def recognises(row: RecoveryKit, index: int, proof: bytes) -> bool:
    """Whether this proof is that of the kit's page ``index``."""
    kept = bytes.fromhex(row.proofs.get(str(index), ""))
    return bool(kept) and same(kept, hashlib.sha256(proof).digest())


def typed_back(name: str, proofs: Mapping[int, bytes]) -> RecoveryKit:
    """Somebody typed two pages: at set-up the kit counts from now on and the one before it ends; later it is the yearly drill.

    ``proofs`` by page. Raises ValueError if the kit is not live, or fewer than two pages are right.
    """
    row = RecoveryKit.objects.filter(kit=name, ended_at=None).first()
    if row is None:
        raise ValueError("there is no such kit")
    if len(proofs) < TYPED_BACK or not all(recognises(row, index, one) for index, one in proofs.items()):
        raise ValueError("these are not two of its pages")
    return drilled(row)


def drilled(row: RecoveryKit) -> RecoveryKit:
    """Write down that this kit's pages are there, and end whatever it replaces."""
    now = clock.now()
    with transaction.atomic():
        RecoveryKit.objects.filter(pk=row.pk, confirmed_at=None).update(confirmed_at=now)
        RecoveryKit.objects.filter(pk=row.pk).update(last_drill_at=now)
        row.refresh_from_db()
        _end(
            RecoveryKit.objects.filter(ended_at=None, pk__lt=row.pk)
            .exclude(confirmed_at=None)
            .values_list("pk", flat=True)
        )
        timers.set_timer(TIMER, row.kit, due_at(row))
        bell.ring("people", row.pk, "desk")
        chain.record(Act.KIT_TYPED, Subject.KIT, row.pk)
    return row


def end_all() -> None:
    """No kit counts any more: its pages are lost."""
    _end(RecoveryKit.objects.filter(ended_at=None).values_list("pk", flat=True))


def _end(pks: Iterable[int]) -> None:
    # Its pages open nothing more: whoever finds them later finds nothing.
    for row in RecoveryKit.objects.filter(pk__in=list(pks)):
        RecoveryWrap.objects.filter(kit=row).delete()
        RecoveryKit.objects.filter(pk=row.pk).update(ended_at=clock.now())
        timers.cancel_timer(TIMER, row.kit)
        chain.record(Act.KIT_ENDED, Subject.KIT, row.pk)


@timers.handles(TIMER)
def _remind(name: str) -> None:
    """A year has gone: every page that shows how the kit is looks again, now and every week until it is done."""
    row = RecoveryKit.objects.filter(kit=name, ended_at=None).first()
    if row is None or clock.now() < due_at(row):
        return
    bell.ring("people", row.pk, "desk")
    timers.set_timer(TIMER, name, clock.now() + REMIND_AGAIN)
