"""A card on the air: a line works once, whoever races for it and whatever crashes; guesses are counted over all cards; duress is silent."""

import os
import signal
import threading
from datetime import timedelta

import pytest
from django.db import connection

from harkline.audit import chain
from harkline.audit.models import Record
from harkline.channels.radio import draws, guesses, issue, policy
from harkline.channels.radio.card import Heard
from harkline.channels.radio.draws import No
from harkline.channels.radio.models import Draw
from harkline.intake.models import Attempt, Contact
from harkline.routing import alarms, contacts
from harkline.runtime import timers

pytestmark = pytest.mark.django_db(transaction=True)


def why(call, *arguments):
    with pytest.raises(No) as no:
        call(*arguments)
    return no.value.word


def asked(holder, contact, operator, line, **how):
    """Draw, and answer as the holder does; what the operator is told."""
    drawn = draws.draw(contact, operator.pk, holder.row.name, line)
    return draws.answer(contact, operator.pk, holder.reads(line, drawn.column, **how))


def guessed(holder, contact, operator, line):
    drawn = draws.draw(contact, operator.pk, holder.row.name, line)
    return draws.answer(contact, operator.pk, holder.guesses(line, drawn.column))


def test_a_contact_is_recorded_first_and_in_the_hand_of_who_heard_it(station, crew, heard):
    contact = Contact.objects.get(pk=heard(crew.robin))
    assert (contact.channel, contact.live, contact.state, contact.operator) == ("radio", True, "in_hand", crew.robin)
    assert contact.attempt.address == station.address
    assert Attempt.objects.get().outcome == "answered"


def test_the_whole_exchange(crew, printed, holder, heard):
    has, contact = holder(printed()), heard(crew.robin)
    assert draws.standing(contact) is None
    drawn = draws.draw(contact, crew.robin.pk, " kilo ".replace("kilo", has.row.name.lower()), 7)
    assert draws.standing(contact).countersign == ""
    assert draws.answer(contact, crew.robin.pk, " ".join(has.reads(7, drawn.column))) is Heard.RIGHT
    now = draws.standing(contact)
    assert now.recognised
    assert now.countersign == has.countersign(7)
    assert why(draws.answer, contact, crew.robin.pk, "ABCD") == "nothing_asked"
    acts = list(Record.objects.filter(kind="card").order_by("sequence").values_list("act", "subject"))
    name = has.row.name
    assert acts == [("card_issued", name), ("card_printed", name), ("line_drawn", f"{name}:7")]


def test_garbled_is_said_again_and_is_no_attempt(crew, printed, holder, heard):
    has, contact = holder(printed()), heard(crew.robin)
    drawn = draws.draw(contact, crew.robin.pk, has.row.name, 3)
    right = has.reads(3, drawn.column)
    swapped = right[1] + right[0] + right[2:] if right[0] != right[1] else "Z" + right[1:]
    for nonsense in (swapped, "", "radio", "ABC"):
        assert draws.answer(contact, crew.robin.pk, nonsense) is Heard.GARBLED
    assert guesses.wrong() == 0
    assert draws.answer(contact, crew.robin.pk, right) is Heard.RIGHT
    assert Draw.objects.get().garbled == 4


def test_a_used_line_never_works_again_whatever_came_of_it(crew, printed, holder, heard):
    has, contact, other = holder(printed()), heard(crew.robin), heard(crew.sam)
    asked(has, contact, crew.robin, 1)
    guessed(has, contact, crew.robin, 2)
    draws.draw(contact, crew.robin.pk, has.row.name, 3)  # never answered
    for line in (1, 2, 3):
        assert why(draws.draw, other, crew.sam.pk, has.row.name, line) == "used"
    assert asked(has, other, crew.sam, 4) is Heard.RIGHT


def test_of_operators_who_race_for_one_line_exactly_one_gets_it(crew, printed, heard):
    row, people = printed(), [crew.robin, crew.sam] * 3
    places = [heard(one) for one in people]
    ready, got, refused = threading.Barrier(len(people)), [], []

    def draw(contact, operator):
        try:
            ready.wait()
            got.append(draws.draw(contact, operator.pk, row.name, 5).column)
        except No as no:
            refused.append(no.word)
        finally:
            connection.close()

    racing = [threading.Thread(target=draw, args=pair) for pair in zip(places, people, strict=True)]
    [one.start() for one in racing]
    [one.join() for one in racing]
    assert len(got) == 1
    assert refused == ["used"] * 5
    assert Draw.objects.count() == 1


def test_after_a_kill_the_line_stays_used(crew, printed, heard):
    row, contact, other = printed(), heard(crew.robin), heard(crew.sam)
    connection.close()  # a fork must not share it
    child = os.fork()
    if child == 0:
        draws.draw(contact, crew.robin.pk, row.name, 9)
        os.kill(os.getpid(), signal.SIGKILL)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL
    assert why(draws.draw, other, crew.sam.pk, row.name, 9) == "used"


def test_a_crash_before_the_commit_has_asked_nothing(crew, printed, heard, monkeypatch):
    row, contact = printed(), heard(crew.robin)
    with monkeypatch.context() as patched:
        patched.setattr(chain, "record", lambda *_a, **_k: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            draws.draw(contact, crew.robin.pk, row.name, 9)
    assert not Draw.objects.exists()


def test_duress_is_right_to_everybody_who_looks_and_flagged(crew, printed, holder, heard):
    has, free, forced = holder(printed()), heard(crew.robin), heard(crew.robin)
    assert asked(has, free, crew.robin, 1) is asked(has, forced, crew.robin, 2, forced=True) is Heard.RIGHT
    assert draws.standing(forced).countersign == has.countersign(2)
    assert [Contact.objects.get(pk=one).flags for one in (free, forced)] == [[], ["duress"]]
    assert Contact.objects.get(pk=forced).risk == 2
    assert set(Draw.objects.values_list("verdict", flat=True)) == {"right"}


def test_wrong_answers_over_all_cards_ask_for_two_lines_and_alarm_and_lock_nobody(crew, printed, holder, heard, clock):
    policy.use(policy.Policy(wrong_answers=3))
    try:
        one, two = holder(printed()), holder(printed())
        contact = heard(crew.robin)
        assert [guessed(one, contact, crew.robin, line) for line in (1, 2)] == [Heard.WRONG] * 2
        assert guesses.needed() == 1
        assert not alarms.open_()
        guessed(two, contact, crew.robin, 1)
        assert guesses.needed() == 2
        [alarm] = alarms.open_()
        assert alarm.kind == "cards"
        # The holder of the card that was guessed at is recognised all the same, by two lines.
        contact = heard(crew.sam)
        assert asked(one, contact, crew.sam, 3) is Heard.RIGHT
        now = draws.standing(contact)
        assert not now.recognised
        assert now.countersign == ""
        asked(one, contact, crew.sam, 4)
        assert draws.standing(contact).countersign == one.countersign(4)
        clock.forward(hours=25)
        timers.run_due()
        assert guesses.needed() == 1
        assert not alarms.open_()
    finally:
        policy.use(policy.Policy())


def test_two_lines_are_two_in_a_row_of_one_card(crew, printed, holder, heard):
    policy.use(policy.Policy(wrong_answers=1))
    try:
        one, two = holder(printed()), holder(printed())
        contact = heard(crew.robin)
        guessed(one, contact, crew.robin, 1)
        asked(one, contact, crew.robin, 2)
        guessed(one, contact, crew.robin, 3)
        asked(one, contact, crew.robin, 4)
        assert not draws.standing(contact).recognised
        asked(two, contact, crew.robin, 1)
        assert not draws.standing(contact).recognised
        asked(two, contact, crew.robin, 2)
        assert draws.standing(contact).recognised
    finally:
        policy.use(policy.Policy())


def test_the_alarm_goes_on_while_wrong_answers_come(crew, printed, holder, heard, clock):
    policy.use(policy.Policy(wrong_answers=2, within=timedelta(hours=1)))
    try:
        has, contact = holder(printed()), heard(crew.robin)
        for line in (1, 2, 3):
            guessed(has, contact, crew.robin, line)
            clock.forward(minutes=25)
        timers.run_due()
        assert alarms.open_()
        clock.forward(minutes=20)  # 70 minutes after the second, 45 after the third
        timers.run_due()
        assert not alarms.open_()
    finally:
        policy.use(policy.Policy())


def test_cards_that_do_not_count(crew, printed, heard, clock):
    contact, robin = heard(crew.robin), crew.robin.pk
    assert why(draws.draw, contact, robin, "ZZ9", 1) == "no_such_card"
    unprinted = issue.issue(crew.boss.pk)
    assert why(draws.draw, contact, robin, unprinted.name, 1) == "not_printed"
    lost, short = printed(), printed(days=30)
    issue.end(lost.pk, crew.boss.pk, "lost")
    assert why(draws.draw, contact, robin, lost.name, 1) == "ended"
    assert [why(draws.draw, contact, robin, short.name, line) for line in (0, 26)] == ["no_such_line"] * 2
    clock.forward(days=30)
    assert why(draws.draw, contact, robin, short.name, 1) == "expired"
    assert not Draw.objects.exists()


def test_a_colleague_who_takes_over_hears_the_answer(crew, printed, holder, heard):
    from harkline.routing import offers

    has, contact = holder(printed()), heard(crew.robin)
    drawn = draws.draw(contact, crew.robin.pk, has.row.name, 6)
    assert contacts.release(contact, crew.robin.pk)
    assert offers.claim(contact, crew.sam.pk)
    assert draws.answer(contact, crew.sam.pk, has.reads(6, drawn.column)) is Heard.RIGHT
