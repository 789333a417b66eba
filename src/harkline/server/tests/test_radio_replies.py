"""A reply goes until it is acknowledged, and its operator sees how far it has come. The transmitter rests."""

from datetime import timedelta

import pytest

from harkline.channels.radio.aprs import beacon, duty, outgoing, rules
from harkline.channels.radio.aprs.models import SentMessage, Transmission
from harkline.channels.radio.aprs.settings import RadioSettings
from harkline.channels.radio.aprs.wire import read
from harkline.intake import receive
from harkline.intake.models import Contact
from harkline.line.models import Band
from harkline.routing import lines
from harkline.routing.models import Outbound
from harkline.runtime import clock as clocks
from harkline.seal import codes
from harkline.server.config_radio import BANDS

pytestmark = pytest.mark.django_db
LONG = "Go to the north gate of the market at nine and ask for Robin at the tea house, then wait"
MAY = RadioSettings(call_sign="X0LINE-1", licence="held by the line", transmit=True)


def replies(text: str = "We come.", to: str = "X0ABC-7", thread: str | None = None) -> str:
    return lines.queue("radio", {"to": to, "text": text}, idempotency_key=text, thread_id=thread)


def sends(most: int = 4) -> list[str]:
    """One round of the adapter's: what it would transmit."""
    going = outgoing.due(most)
    if going is None:
        return []
    for message, _info in going.messages:
        outgoing.sent(message)
    outgoing.tried(going, "sent")
    return [f"{said.text}{{{said.number}" for _id, info in going.messages if (said := read(info))]


def state(job: str) -> tuple[str, str]:
    return Outbound.objects.values_list("state", "reason").get(pk=job)


def test_it_is_sent_again_under_the_same_number_until_it_is_acknowledged(on_air, clock):
    job = replies()
    [first] = sends()
    assert state(job) == ("queued", "sent")
    assert sends() == []
    clock.forward(seconds=31)
    assert sends() == [first]
    clock.forward(seconds=31)
    assert sends() == []  # each pause is longer than the one before
    assert outgoing.answered("X0ABC-7", first.rpartition("{")[2])
    assert state(job) == ("delivered", "")
    clock.forward(hours=1)
    assert sends() == []
    assert not bytes(Outbound.objects.get().boxed)


def test_a_long_one_is_acknowledged_message_by_message(on_air, clock):
    job = replies(LONG)
    one, two = sends()
    assert (one[:3], two[:3]) == ("1/2", "2/2")
    assert outgoing.answered("X0ABC-7", one.rpartition("{")[2] + "}AB")
    clock.forward(seconds=31)
    assert sends() == [two]
    assert outgoing.answered("X0ABC-7", two.rpartition("{")[2])
    assert state(job)[0] == "delivered"


def test_an_acknowledgement_of_somebody_else_or_of_nothing_ends_nothing(on_air):
    job = replies()
    [one] = sends()
    number = one.rpartition("{")[2]
    assert not outgoing.answered("X0DEF-1", number)
    assert not outgoing.answered("X0ABC-7", "ZZZ")
    assert state(job) == ("queued", "sent")
    assert outgoing.answered("X0ABC-7", number)
    assert not outgoing.answered("X0ABC-7", number)


def test_a_station_that_refuses_is_not_asked_again(on_air, clock):
    job = replies()
    [one] = sends()
    outgoing.answered("X0ABC-7", one.rpartition("{")[2], taken=False)
    clock.forward(hours=1)
    assert sends() == []
    assert state(job) == ("failed", "refused_by_station")


def test_nobody_is_called_for_ever(on_air, clock):
    job, times = replies(), 0
    for _ in range(300):
        times += bool(sends())
        clock.forward(minutes=2)
    assert times == outgoing.TRIES
    assert state(job) == ("failed", "unheard")


def test_whoever_is_heard_again_gets_what_waits_at_once(on_air, clock):
    replies()
    [one] = sends()
    outgoing.there("X0DEF-1")
    assert sends() == []
    outgoing.there("X0ABC-7")
    assert sends() == [one]


def test_a_crash_before_it_was_written_down_sends_it_again_under_the_same_number(on_air, clock):
    replies()
    going = outgoing.due(4)
    assert going
    clock.forward(minutes=6)  # the lease ends
    [one] = sends()
    assert read(going.messages[0][1]) == read(b":X0ABC-7  :" + one.encode())


def test_what_came_while_nothing_was_waited_for_belongs_to_the_same_thread(on_air, hears, clock):
    hears("Help", "1")
    thread = Contact.objects.get().thread_id
    Contact.objects.update(state="closed")
    clock.forward(hours=30)
    replies(thread=str(thread))
    sends()
    hears("Thank you", "2")
    assert set(Contact.objects.values_list("thread", flat=True)) == {thread}


def test_a_station_that_only_listens_says_so(on_air):
    job = replies()
    assert outgoing.due(4, "listen_only") is None
    assert state(job) == ("failed", "listen_only")


@pytest.mark.parametrize("boxed", [{}, {"to": "X0ABC-7"}, {"to": "", "text": "x"}, {"to": "X0ABC-7", "text": "a{b"}])
def test_what_makes_no_message_fails_and_holds_up_nobody(on_air, boxed):
    bad = lines.queue("radio", boxed, idempotency_key="bad")
    replies()
    assert sends() == [f"We come.{{{SentMessage.objects.latest('pk').number}"]
    assert state(bad) == ("failed", "malformed")


def test_the_duty_cycle_holds_over_every_hour_and_a_restart(on_air, clock):
    seconds = 0
    for _ in range(720):
        seconds += duty.take("answer", 1000, 10)
        clock.forward(seconds=10)
        start = clocks.now() - timedelta(hours=1)
        used = sum(Transmission.objects.filter(at__gt=start).values_list("milliseconds", flat=True))
        assert used <= 360_000
    assert 700 <= seconds <= 720


def test_a_beacon_leaves_half_of_it_to_those_who_wait(on_air):
    assert duty.take("answer", 150_000, 10)
    assert not duty.take("beacon", 60_000, 10)
    assert duty.take("reply", 60_000, 10)


def test_when_the_beacon_is_due(clock):
    now, hour = clocks.now(), timedelta(hours=1)
    assert beacon.due(None, hour, now)
    assert not beacon.due(now - timedelta(minutes=30), hour, now)
    assert beacon.due(now - timedelta(minutes=30), hour, now, changed=True)
    assert not beacon.due(now - timedelta(seconds=30), hour, now, changed=True)
    assert not beacon.due(None, timedelta(0), now)


@pytest.mark.parametrize(
    ("settings", "text", "word"),
    [
        (MAY, "We have your message.", ""),
        (MAY, "QKXJD PLMWT ZRBVN KJHGF", "cipher"),
        (MAY, " ", "no text"),
        (MAY, "about ~5 pm", "without them"),
        (MAY, "word " * 90, "Shorten"),
        (RadioSettings(call_sign="X0LINE-1", transmit=True), "Hello", "only listens"),
        (RadioSettings(call_sign="X0LINE-1", licence="x"), "Hello", "only listens"),
        (
            RadioSettings(call_sign="X0LINE-1", licence="x", transmit=True, band="licensed"),
            "QKXJD PLMWT ZRBVN KJHGF",
            "",
        ),
    ],
)
def test_what_may_go_on_the_air(settings, text, word):
    said = rules.refuses(settings, text)
    assert word in said
    assert bool(said) == bool(word)


def test_a_return_code_of_this_line_goes_nowhere(hears):
    code = codes.generate()
    assert not rules.is_code(code)
    tried = receive.attempt("web", "/", dedupe_key="1")
    receive.contact(tried.id, [], language="en", lookup=codes.lookup(code))
    licensed = RadioSettings(call_sign="X0LINE-1", licence="x", transmit=True, band="licensed")
    assert "return code" in rules.refuses(licensed, f"Your code: {codes.shown(code).lower()}")
    assert "return code" in rules.refuses(MAY, f"Your code: {code}")


def test_the_settings_name_the_bands_that_the_line_knows():
    assert list(BANDS) == Band.values
