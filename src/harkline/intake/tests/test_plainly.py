"""Plain statements do what the ORM's do."""

import uuid

import pytest
from django.db import IntegrityError, transaction

from harkline.intake.models import Chunk, SealedObject, Thread, Wrap
from harkline.runtime import clock, plainly

pytestmark = pytest.mark.django_db


def thread(lookup: bytes | None = None) -> Thread:
    return Thread(channel="web", handle=uuid.uuid4().bytes[:5], lookup=lookup, opened_at=clock.now())


def test_rows_come_back_as_they_were_put(db: None) -> None:
    given = [thread(b"a" * 32), thread()]
    plainly.insert(given)
    assert not given[0]._state.adding
    found = Thread.objects.in_bulk([one.pk for one in given])
    assert len(found) == 2
    for one in given:
        kept = found[one.pk]
        assert (bytes(kept.handle), kept.opened_at, kept.quiet_until) == (one.handle, one.opened_at, None)
        assert (bytes(kept.lookup) if kept.lookup else None) == one.lookup


def test_keys_that_the_database_gives_are_given(db: None) -> None:
    of = thread()
    one = SealedObject(id=uuid.uuid4(), thread=of, purpose="message", created_at=clock.now())
    plainly.insert([of])
    plainly.insert([one])
    plainly.insert(Chunk(object_id=one.pk, position=i, data=bytes([i])) for i in range(3))
    plainly.insert([Wrap(object_id=one.pk, recipient="team:1", data=b"w")])
    assert [bytes(row.data) for row in Chunk.objects.filter(object=one).order_by("pk")] == [b"\0", b"\1", b"\2"]
    assert Wrap.objects.get(object=one).pk


def test_none_is_nothing(db: None) -> None:
    plainly.insert([])
    assert plainly.among("SELECT 1 FROM intake_thread WHERE id IN", []) == []


def test_what_is_there_already_is_refused(db: None) -> None:
    one = thread(b"b" * 32)
    plainly.insert([one])
    with pytest.raises(IntegrityError), transaction.atomic():
        plainly.insert([one])


def test_among_finds_them_and_no_others(db: None) -> None:
    plainly.insert([thread(b"c" * 32), thread(b"d" * 32)])
    found = plainly.among(
        "SELECT lookup FROM intake_thread WHERE channel = %s AND lookup IN", [b"c" * 32, b"e" * 32], "web"
    )
    assert [bytes(one) for one in found] == [b"c" * 32]
