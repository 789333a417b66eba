"""What is signed is the line's addresses as they are, under a number of its own, and as somebody looked at them."""

from datetime import time

import pytest

from harkline.audit.models import Record
from harkline.line import radio, this
from harkline.line.models import Address
from harkline.notice import door, draft, publish
from harkline.notice import signing as keys
from harkline.notice.models import Notice
from harkline_verify.errors import Refused
from harkline_verify.notice import Signed


def test_before_the_first_version_there_is_none(signing):
    assert door.present() is None
    assert door.state() == door.OPEN


def test_a_version_lists_every_published_address_with_its_hours(signing):
    station = radio.add_station("M7HRK", 3_655_000, "amateur", modulation="lsb", label="evening net")
    for weekday in range(5):
        radio.add_net(station, weekday, time(18), 60)
    this.add_address("web", "a" * 55 + "d.onion", "Tor")
    Address.objects.filter(channel="email").update(published=False)
    publish.sign(None)
    found = door.present()
    assert [(one.channel, one.value) for one in found.addresses] == [
        ("page", "https://line.example/"),
        ("phone", "+442079460123"),
        ("radio", "M7HRK"),
        ("onion", "a" * 55 + "d.onion"),
    ]
    net = found.addresses[2]
    assert (net.frequency, net.hours[0].days, net.hours[0].opens) == (
        "3.655 MHz LSB",
        ("Mo", "Tu", "We", "Th", "Fr"),
        "18:00",
    )
    assert found.json_url == "https://line.example/.well-known/harkline-notice.json"
    assert len(found.check_words) == 5
    assert Signed.parse(found.note).body.serial == found.serial == 1


def test_each_version_names_the_one_before_it(signing, clock):
    first = publish.sign(None)
    clock.forward(days=1)
    this.add_address("phone", "+441632960001")
    second = publish.sign(None)
    body = publish.read(second).body
    assert (body.serial, body.previous) == (2, first.digest)
    assert Record.objects.filter(kind="notice").count() == 2


def test_what_changed_after_somebody_looked_is_not_signed(signing):
    body, changes = publish.drafted()
    assert changes.added
    this.add_address("phone", "+441632960001")
    with pytest.raises(publish.Changed):
        publish.sign(None, seen=publish.mark(body))
    body, changes = publish.drafted()
    assert publish.sign(None, seen=publish.mark(body)).serial == 1


def test_time_alone_does_not_make_another_draft(signing, clock):
    body, _changes = publish.drafted()
    clock.forward(minutes=5)
    assert publish.sign(None, seen=publish.mark(body))


def test_renewing_signs_what_was_signed_and_nothing_else(signing, clock):
    publish.sign(None)
    this.add_address("phone", "+441632960001")
    clock.forward(days=60)
    row = publish.renew()
    assert [one.value for one in publish.read(row).body.addresses if one.channel == "phone"] == ["+442079460123"]
    assert (row.until - row.issued_at).days == 90


def test_a_withdrawn_version_is_named_in_every_later_one(signing, clock):
    first = publish.sign(None)
    second = publish.revoke(None, 1, "a number was seized")
    third = publish.sign(None)
    for row in (second, third):
        [gone] = publish.read(row).body.revoked
        assert (gone.serial, gone.digest, gone.reason) == (1, first.digest, "a number was seized")
    with pytest.raises(Notice.DoesNotExist):
        publish.revoke(None, 1, "again")


def test_without_its_key_nothing_is_signed(signing):
    publish.sign(None)
    for file in signing.keys.glob("notice-*"):
        assert file.stat().st_mode & 0o777 == 0o600
        file.unlink()
    with pytest.raises(keys.NoKey):
        publish.sign(None)
    assert Notice.objects.count() == 1


def test_an_altered_note_is_refused(signing):
    note = publish.sign(None).note
    assert Signed.parse(note)
    with pytest.raises(Refused):
        Signed.parse(note.replace("+442079460123", "+442079460124"))


def test_the_changes_are_named(signing):
    publish.sign(None)
    Address.objects.filter(channel="phone").update(label="at night")
    this.remove_address(Address.objects.get(channel="email").pk)
    this.add_address("phone", "+441632960001")
    this.rename("Another Line")
    _body, changes = publish.drafted()
    assert [one.value for one in changes.added] == ["+441632960001"]
    assert [one.value for one in changes.removed] == ["line@harkline.example"]
    assert [new.label for _old, new in changes.changed] == ["at night"]
    assert changes.other == ("line",)
    assert not draft.changes(publish.drafted()[0], publish.drafted()[0])
