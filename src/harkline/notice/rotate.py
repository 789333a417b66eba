"""Another key for the notice: the old one hands over to it by a text that both sign. A stolen key is revoked by its own signature.

The new key lies on the disk before a row names it; the rows, the version that it signs and the end of the old key are one transaction.
A crash before it leaves a file that has signed nothing, one after it the file of a key that signs no more: neither does harm.
"""

import contextlib

from django.db import transaction

from harkline.audit import chain
from harkline.audit.words import Act, Subject
from harkline.notice import publish, signing
from harkline.notice.models import Notice, NoticeKey
from harkline.people.models import Operator
from harkline.runtime import clock
from harkline_verify.notes import Key, Signer
from harkline_verify.notice import key_revocation, rotation


def rotate(by: Operator | None, *, stolen: bool = False, lost: bool = False) -> Notice:
    """Hand over to a new key and sign the present list with it. ``stolen``: the old key is revoked, and readers have to get the new one
    from somebody they trust. ``lost``: go on without the old key's file, which can then neither hand over nor be revoked.
    Raises publish.Changed, signing.NoKey."""
    row = signing.current()
    if row is None:
        return publish.sign(by)
    old = _old(row, lost)
    new = signing.fresh()
    try:
        with transaction.atomic():
            made = _handed(by, row, old, new, stolen)
    except BaseException:
        signing.forget(new.key())
        raise
    signing.forget(Key.parse(row.vkey))
    return made


def _old(row: NoticeKey, lost: bool) -> Signer | None:
    if not lost:
        return signing.of(row)
    with contextlib.suppress(signing.NoKey):
        return signing.of(row)
    return None


def _handed(by: Operator | None, row: NoticeKey, old: Signer | None, new: Signer, stolen: bool) -> Notice:
    now, handed, revocation = clock.now().replace(microsecond=0), "", ""
    if old and not stolen:
        text = rotation(old.key(), new.key(), now)
        handed = old.sign(text) + new.line(text)
    if old and stolen:
        revocation = old.sign(key_revocation(old.key(), now))
    if not NoticeKey.objects.filter(pk=row.pk, retired_at=None).update(retired_at=now, revocation=revocation):
        raise publish.Changed
    NoticeKey.objects.create(vkey=str(new.key()), made_at=now, handed_over=handed)
    chain.record(Act.KEY_MADE, Subject.NOTICE, reason="stolen" if stolen else "lost" if old is None else "")
    return publish.renew(by, signer=new)
