"""Cards from issue to end: shown once, never under the same name again, and nowhere in the database in letters."""

import pytest
from django.db import connection

from harkline.channels.radio import card, draws, issue, keys
from harkline.channels.radio.draws import No
from harkline.channels.radio.models import Card, CardKey, Draw
from harkline.runtime import expiry, secret
from harkline.seal.envelope import Refused

pytestmark = pytest.mark.django_db


def test_a_card_is_shown_once(crew):
    made = issue.issue(crew.boss.pk, letters=4)
    sheet = issue.print_once(made.pk, crew.boss.pk)
    assert [row.line for row in sheet.rows] == list(range(1, 26))
    assert {len(one) for row in sheet.rows for one in row.cells} == {5}
    assert issue.print_once(made.pk, crew.boss.pk) is None
    issue.end(made.pk, crew.boss.pk, "misprinted")
    assert not issue.end(made.pk, crew.boss.pk, "lost")


def test_a_card_that_ended_is_not_shown(crew):
    made = issue.issue(crew.boss.pk)
    issue.end(made.pk, crew.boss.pk, "over")
    assert issue.print_once(made.pk, crew.boss.pk) is None


def test_names_are_never_given_twice(crew, monkeypatch):
    drawn = iter(["AB2", "AB2", "AB2", "AC3"])
    monkeypatch.setattr(issue, "_drawn_name", lambda _letters: next(drawn))
    first = issue.issue(crew.boss.pk)
    issue.end(first.pk, crew.boss.pk, "lost")
    assert [first.name, issue.issue(crew.boss.pk).name] == ["AB2", "AC3"]


def test_two_cards_have_nothing_in_common(printed):
    one, two = printed(), printed()
    lines = range(1, 26)
    equal = sum(card.cells(keys.of(one), n) == card.cells(keys.of(two), n) for n in lines)
    assert equal == 0


def test_neither_letters_nor_labels_lie_in_the_database(crew, printed, holder):
    has = holder(printed(label="Quill of Zanzibar"))
    stored = b"|".join(_every_value())
    for line in range(1, 26):
        for cell in card.cells(has.key, line):
            assert cell.encode() not in stored
    assert b"Zanzibar" not in stored
    assert keys.label_of(has.row) == "Quill of Zanzibar"


def _every_value():
    for table in ("card", "cardkey", "draw"):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM radio_channel_{table}")
            for row in cursor.fetchall():
                yield from (bytes(one) if isinstance(one, bytes | memoryview) else str(one).encode() for one in row)


def test_another_host_s_key_opens_nothing(printed, settings):
    row = printed(label="x")
    settings.SECRET_KEY = "another host's"
    assert secret.keyed("radio cards", b"")
    with pytest.raises(keys.Gone):
        keys.of(row)
    assert keys.label_of(row) == ""


def test_ending_all_overwrites_the_key(crew, printed, heard):
    row, contact = printed(), heard(crew.robin)
    assert issue.end_all(crew.boss.pk) == 1
    assert bytes(CardKey.objects.get().boxed) == b""
    with pytest.raises(No, match="ended"):
        draws.draw(contact, crew.robin.pk, row.name, 1)
    fresh = printed()
    assert fresh.key_id != row.key_id
    assert draws.draw(contact, crew.robin.pk, fresh.name, 1)
    Card.objects.filter(pk=row.pk).update(ended_at=None)  # as a crash or a meddler could leave it
    with pytest.raises(No, match="gone"):
        draws.draw(contact, crew.robin.pk, row.name, 2)
    with pytest.raises(keys.Gone):
        keys.of(Card.objects.get(pk=row.pk))
    assert issubclass(Refused, Exception)


def test_what_a_removed_thread_leaves_is_a_card_whose_lines_stay_used(crew, printed, heard, arrives):
    thread = arrives("web", text="hello").thread_id
    row, contact = printed(label="x", thread=thread), heard(crew.robin)
    draws.draw(contact, crew.robin.pk, row.name, 1)
    own = Draw.objects.get().thread
    expiry.forget([row.thread, own])
    row.refresh_from_db()
    assert (row.thread, bytes(row.label)) == (None, b"")
    used = Draw.objects.get()
    assert (used.contact, used.thread) == (None, None)
    with pytest.raises(No, match="used"):
        draws.draw(contact, crew.robin.pk, row.name, 1)
