"""A mail server that refuses, stalls or vanishes while it takes a reply: the reply goes out once, or says why it did not."""

import dataclasses
import uuid

import pytest
from tests.peers.mail import CALLER, LINE, Line, taking_mail, until

from harkline.channels.email.relay import TRIES, Relay
from harkline.channels.email.settings import RelaySettings
from harkline.routing import lines
from harkline.routing.models import Outbound
from harkline.runtime import clock, db

pytestmark = pytest.mark.flow


@pytest.fixture
def line(mail_line: Line) -> Line:
    return mail_line


async def queue(text: str = "yes", to: str = CALLER, key: str = "") -> str:
    boxed = {"to": to, "subject": "", "text": text, "refs": []}
    return await db.run(lines.queue, "email", boxed, idempotency_key=key or uuid.uuid4().hex)


async def row(job: str) -> Outbound:
    return await db.run(Outbound.objects.get, pk=job)


async def test_a_relay_that_says_later_is_asked_again_later_with_the_same_mail(line, sink):
    outside, settings = sink
    outside.data = "451 not now"
    sender = Relay(settings)
    with clock.using(clock.Shifted()) as time:
        job = await queue()
        assert await sender.send_due() == 1
        assert ((await row(job)).state, (await row(job)).reason) == ("queued", "later")
        assert await sender.send_due() == 0
        outside.data = ""
        time.forward(minutes=1)
        assert await sender.send_due() == 1
    assert (await row(job)).state == "accepted"
    assert bytes((await row(job)).boxed) == b""
    assert len(outside.got) == 1


async def test_a_recipient_that_does_not_exist_is_shown_as_failed(line, sink):
    outside, settings = sink
    outside.rcpt = "550 no such user"
    job = await queue()
    await Relay(settings).send_due()
    assert ((await row(job)).state, (await row(job)).reason) == ("failed", "no_such_recipient")


async def test_a_mail_that_the_relay_does_not_want_is_shown_as_failed(line, sink):
    outside, settings = sink
    outside.data = "554 no"
    job = await queue()
    await Relay(settings).send_due()
    assert ((await row(job)).state, (await row(job)).reason) == ("failed", "refused")


async def test_a_relay_that_vanishes_with_the_mail_in_its_hand_leaves_it_unknown_and_it_is_not_sent_twice(line, sink):
    outside, settings = sink
    outside.drop = True
    job = await queue()
    await Relay(settings).send_due()
    assert ((await row(job)).state, (await row(job)).reason) == ("unknown", "no_answer")
    with clock.using(clock.Shifted()) as time:
        time.forward(days=1)
        assert await Relay(settings).send_due() == 0
    assert len(outside.got) == 1


async def test_while_the_relay_is_away_a_reply_stays_queued_until_at_last_it_is_given_up(line):
    away = Relay(RelaySettings("127.0.0.1", 9, security="none"))
    job = await queue()
    with clock.using(clock.Shifted()) as time:
        for tries in range(1, TRIES + 1):
            assert await away.send_due() == 1
            assert (await row(job)).tries == tries
            time.forward(hours=1, seconds=1)
    assert ((await row(job)).state, (await row(job)).reason) == ("failed", "gave_up")


async def test_the_line_says_that_its_relay_is_away(line):
    async with taking_mail(line, relay=RelaySettings("127.0.0.1", 9, security="none")) as there:
        assert there.adapter.health()["state"] == "up"
        await queue()
        health = await until(lambda: [one for one in [there.adapter.health()] if one["state"] != "up"])
    assert (health[0]["state"], health[0]["reason"]) == ("degraded", "no_connection")


async def test_a_reply_is_never_sent_in_the_clear_where_encryption_is_asked_for(line, sink):
    outside, settings = sink
    job = await queue()
    await Relay(dataclasses.replace(settings, security="starttls")).send_due()
    assert ((await row(job)).state, (await row(job)).reason) == ("queued", "no_encryption")
    assert not outside.got


@pytest.mark.parametrize("to", ["nobody", "a@b.example\r\nBcc: c@d.example", "a@b.example, c@d.example"])
async def test_a_recipient_that_is_no_address_fails_and_holds_up_nobody(line, sink, to):
    outside, settings = sink
    bad, good = await queue(to=to), await queue()
    await Relay(settings).send_due()
    assert ((await row(bad)).state, (await row(bad)).reason) == ("failed", "malformed")
    assert (await row(good)).state == "accepted"
    assert [to for _from, to, _raw in outside.got] == [[CALLER]]


async def test_the_same_reply_queued_twice_goes_once(line, sink):
    outside, settings = sink
    assert await queue(key="reply:1") == await queue(key="reply:1")
    await Relay(settings).send_due()
    assert len(outside.got) == 1


async def test_an_alert_says_that_somebody_waits_and_nothing_else(line, sink):
    outside, settings = sink
    boxed = {"alert": "waiting", "to": "chief@harkline.example", "channel": "email"}
    await db.run(lines.queue, "email", boxed, idempotency_key="escalate:1")
    await Relay(settings).send_due()
    (mail,) = outside.mails()
    assert (mail["To"], mail["From"], mail["Subject"]) == ("chief@harkline.example", LINE, "Somebody is waiting")
    assert mail["Auto-Submitted"]
    assert mail["Reply-To"] is None
