"""From the line's addresses to a signed version of the notice.

What is signed is what somebody looked at: the page that shows a draft hands back its mark, and a draft that has changed since is
refused. Signing and the row that holds the signature are one transaction; a crash before it leaves nothing, and the number of the
version is taken by nobody else (its serial is the row's key).
"""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from harkline.audit import chain
from harkline.audit.words import Act, Subject
from harkline.notice import draft, policy, signing
from harkline.notice.draft import Changes
from harkline.notice.models import Notice, NoticeKey
from harkline.people.models import Operator
from harkline.runtime import bell, clock, plainly
from harkline_verify.check_words import check
from harkline_verify.notes import Key, Signer
from harkline_verify.notice import Body, Signed, Standing, Withdrawn

_NEVER = datetime(2000, 1, 1, tzinfo=UTC)


class Changed(Exception):
    """Somebody was quicker, or the addresses changed after they were looked at: look once more."""


def newest() -> Notice | None:
    """The newest version; None before the first."""
    return Notice.objects.order_by("-serial").first()


def read(row: Notice) -> Signed:
    """A version as it was signed."""
    return _read(row.note)


@lru_cache(maxsize=8)
def _read(note: str) -> Signed:
    return Signed.parse(note)


def standing() -> Standing:
    """What the newest version says of the line; open before the first."""
    return told()[1]


def told() -> tuple[int, Standing]:
    """The newest version's number (0: none) and what it says of the line."""
    for serial, note in plainly.rows("SELECT serial, note FROM notice_notice ORDER BY serial DESC LIMIT 1"):
        return serial, _read(note).body.standing
    return 0, Standing()


def drafted(to: Standing | None = None) -> tuple[Body, Changes]:
    """What would be signed now, and how it differs from what is. ``to`` changes the standing. Raises signing.NoKey where nothing can be."""
    return _drafted(signing.signer().key(), newest(), to, None)


def _drafted(key: Key, row: Notice | None, to: Standing | None, gone: Withdrawn | None) -> tuple[Body, Changes]:
    before = read(row).body if row else None
    kept = to or (before.standing if before else Standing())
    revoked = (*(before.revoked if before else ()), *([gone] if gone else []))
    body = draft.body(key, before, row.digest if row else "", kept, revoked)
    return body, draft.changes(before, body)


def mark(body: Body) -> str:
    """By which a draft is known again: of everything in it but the moments."""
    return hashlib.sha256(replace(body, issued=_NEVER, until=_NEVER).text().encode()).hexdigest()[:32]


def sign(by: Operator | None, *, seen: str = "", to: Standing | None = None) -> Notice:
    """Sign and publish the line's addresses as they are now. ``seen``: the mark of the draft that was looked at, empty for none.
    Raises Changed, signing.NoKey."""
    row, signer = newest(), signing.signer()
    body, _changes = _drafted(signer.key(), row, to, None)
    if seen and seen != mark(body):
        raise Changed(_("The list has changed since you looked. Look once more, then sign."))
    return put(by, body, signer)


def renew(by: Operator | None = None, to: Standing | None = None, signer: Signer | None = None) -> Notice:
    """Sign the same list for a further while, with another standing or another key where one is given: no address that nobody has
    looked at. Raises Changed, signing.NoKey."""
    row, signer = newest(), signer or signing.signer()
    if row is None:
        return put(by, _drafted(signer.key(), None, to, None)[0], signer)
    now = clock.now().replace(microsecond=0)
    before = read(row).body
    following = replace(
        before,
        serial=before.serial + 1,
        previous=row.digest,
        key=signer.key(),
        issued=now,
        until=now + policy.present().lasts,
        standing=to or before.standing,
    )
    return put(by, following, signer)


def revoke(by: Operator | None, serial: int, reason: str) -> Notice:
    """Say in a new version that an earlier one, or the present one, must not be believed. The new version lists the addresses as they
    are now. Raises Changed, signing.NoKey, Notice.DoesNotExist."""
    gone = Notice.objects.get(serial=serial, revoked_at=None)
    row, signer = newest(), signing.signer()
    now = clock.now().replace(microsecond=0)
    body, _changes = _drafted(signer.key(), row, None, Withdrawn(serial, gone.digest, now, reason))
    with transaction.atomic():
        made = put(by, body, signer)
        Notice.objects.filter(pk=serial, revoked_at=None).update(revoked_at=now, reason=reason)
        chain.record(Act.REVOKED, Subject.NOTICE, serial)
    return made


def put(by: Operator | None, body: Body, signer: Signer) -> Notice:
    """Sign a body and keep it. Raises Changed where its number is taken."""
    text = body.text()
    note = Signed.parse(signer.sign(text))
    words = check(text)
    try:
        with transaction.atomic():
            made = Notice.objects.create(
                serial=body.serial,
                note=note.note,
                digest=note.digest,
                key=NoticeKey.objects.get(vkey=str(body.key)),
                check_words=words.spoken,
                check_number=words.number,
                issued_at=body.issued,
                until=body.until,
                made_by=by,
            )
            chain.record(Act.PUBLISHED, Subject.NOTICE, body.serial)
            bell.ring("notice", body.serial, "inside", "desk")
    except IntegrityError:
        raise Changed(_("Somebody else has just published a version. Look once more.")) from None
    return made
