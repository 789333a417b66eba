"""The notice is signed once set-up is finished, again before it runs out, and stands in the log; else somebody is told."""

import pytest

from harkline.count import policy as count_policy
from harkline.count import publish as files
from harkline.count import sequence
from harkline.count.models import Leaf, Log
from harkline.line import this
from harkline.notice import keep, publish
from harkline.notice.models import Notice
from harkline.routing.models import Alarm
from harkline.runtime import clock as clocks
from harkline_verify import entries
from harkline_verify.policy import Policy
from harkline_verify.source import Folder
from harkline_verify.trust import Document, Seen, Verdict, judge
from harkline_verify.verify import Wishes, verify


@pytest.fixture
def looks(signing, clock):
    """Let the time pass until the next look, and look."""

    def after(**time: int) -> None:
        clock.forward(**(time or {"seconds": 6}))
        keep.look()

    keep._last.clear()
    return after


@pytest.fixture
def counting(signing):
    before = count_policy.present()
    count_policy.use(count_policy.Policy(origin="line.example/count", folder=signing.folder))
    sequence.begin()
    yield
    count_policy.use(before)


def alarms() -> list[str]:
    return list(Alarm.objects.filter(kind="notice", ended_at=None).values_list("subject", flat=True))


def test_the_first_version_waits_until_set_up_is_finished(looks):
    looks()
    assert not Notice.objects.exists()
    this.set_up()
    looks()
    looks()
    assert Notice.objects.count() == 1


def test_an_address_that_nobody_has_looked_at_is_not_signed_by_itself(looks):
    publish.sign(None)
    this.add_address("phone", "+441632960001")
    looks(days=1)
    looks(days=60)
    assert Notice.objects.count() == 2
    assert "+441632960001" not in publish.newest().note


def test_a_list_that_cannot_be_renewed_is_alarmed_and_quiet_when_it_can_be(looks, signing):
    publish.sign(None)
    key = next(signing.keys.glob("notice-*"))
    kept = key.read_bytes()
    key.unlink()
    looks(days=61)
    assert alarms() == []
    looks(days=15)
    assert alarms() == ["ends"]
    key.write_bytes(kept)
    looks()
    assert alarms() == []
    assert Notice.objects.count() == 2


def test_each_version_stands_in_the_log_and_what_was_revoked_of_it(looks, counting):
    publish.sign(None)
    publish.sign(None)
    publish.revoke(None, 1, "")
    looks()
    looks()
    found = [entries.parse(bytes(data)) for data in Leaf.objects.order_by("index").values_list("data", flat=True)[1:]]
    digests = dict(Notice.objects.values_list("serial", "digest"))
    assert [(one.serial, one.revoked) for one in found] == [(1, False), (1, True), (2, False), (3, False)]
    assert all(one.digest == digests[one.serial] for one in found)
    log = Log.objects.get()
    assert log.size == 5
    # And a reader who trusts nobody finds the old one revoked there.
    files.write(log)
    files.show(log)
    report = verify(Folder(count_policy.present().served), Policy.parse(files.trust().encode()), Wishes())
    assert report.code == 0
    seen = Seen.of_log(report.notices)
    for serial, verdict in ((1, Verdict.REFUSED), (2, Verdict.REFUSED), (3, Verdict.HOLDS)):
        row = Notice.objects.get(serial=serial)
        document = Document.parse(row.note.encode())
        assert judge(document, document.signed.body.key, clocks.now(), [seen]).verdict == verdict


def test_a_log_that_begins_later_holds_what_came_before_it_too(looks, signing):
    for _time in range(3):
        publish.sign(None)
    before = count_policy.present()
    count_policy.use(count_policy.Policy(origin="line.example/count", folder=signing.folder))
    sequence.begin()
    looks()
    count_policy.use(before)
    assert Notice.objects.exclude(entry=None).count() == 3
