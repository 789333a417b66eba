"""A ticket opens the bells of one thread, for an hour."""

from datetime import UTC, datetime
from uuid import uuid4

from harkline.runtime import clock, tickets


def test_a_ticket_names_its_thread_and_ends_after_an_hour():
    thread = uuid4()
    with clock.using(clock.Wound(datetime(2026, 3, 1, tzinfo=UTC))) as time:
        ticket = tickets.ticket(thread)
        assert tickets.read(ticket)[0] == str(thread)
        time.forward(minutes=59)
        assert tickets.read(ticket) is not None
        time.forward(minutes=2)
        assert tickets.read(ticket) is None


def test_a_changed_ticket_opens_nothing():
    ticket = tickets.ticket(uuid4())
    for position in range(len(ticket)):
        forged = ticket[:position] + ("A" if ticket[position] != "A" else "B") + ticket[position + 1 :]
        # The last character of a base64 part may carry bits that mean nothing; then it is the same ticket.
        assert tickets.read(forged) in (None, tickets.read(ticket))
    assert tickets.read("") is None
