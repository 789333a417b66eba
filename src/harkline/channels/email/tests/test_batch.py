"""Mails that arrive together: one commit, and each its own answer."""

import asyncio

import pytest
from django.db import OperationalError

from harkline.channels.email import batch, keep, wire
from harkline.channels.email.addressing import Reached
from harkline.intake import receive

ADDRESS = Reached("line@harkline.example")


def mail(text: str) -> keep.Kept:
    raw = f"From: a@caller.example\r\n\r\n{text}".encode()
    return keep.Kept(ADDRESS, raw, wire.parse(raw), "a@caller.example", False)


def failing(monkeypatch: pytest.MonkeyPatch, text: bytes, error: Exception) -> None:
    keeps = keep.keep

    def fails(kept):
        if any(text in one.raw for one in kept):
            raise error
        keeps(kept)

    monkeypatch.setattr(keep, "keep", fails)


@pytest.mark.django_db
def test_all_are_kept_in_one_transaction(team_private):
    assert batch.commit([mail("one"), mail("two")]) == [None, None]
    assert len(receive.waiting()) == 2


@pytest.mark.django_db
def test_a_mail_that_cannot_be_kept_fails_alone(team_private, monkeypatch):
    failing(monkeypatch, b"two", ValueError())
    answers = batch.commit([mail("one"), mail("two"), mail("three")])
    assert [type(one) for one in answers] == [type(None), ValueError, type(None)]
    assert len(receive.waiting()) == 2


@pytest.mark.django_db
def test_a_locked_database_fails_for_all_and_keeps_nothing(team_private, monkeypatch):
    failing(monkeypatch, b"two", OperationalError("database is locked"))
    with pytest.raises(OperationalError):
        batch.commit([mail("one"), mail("two")])
    assert len(receive.waiting()) == 0


async def test_what_arrives_during_a_commit_goes_with_the_next_one(monkeypatch):
    seen = []

    async def commits(_self, taken):
        seen.append(len(taken))
        await asyncio.sleep(0.01)
        return [None] * len(taken)

    monkeypatch.setattr(batch.Batch, "_commit", commits)
    one = batch.Batch()
    await asyncio.gather(*(one.keep(mail(str(n))) for n in range(20)))
    await one.keep(mail("alone"))
    assert seen == [16, 4, 1]


async def test_a_failure_reaches_every_sender(monkeypatch):
    async def fails(*_args):
        raise OperationalError

    monkeypatch.setattr(batch.db, "run", fails)
    one = batch.Batch()
    answers = await asyncio.gather(*(one.keep(mail(str(n))) for n in range(3)), return_exceptions=True)
    assert [type(answer) for answer in answers] == [OperationalError] * 3
