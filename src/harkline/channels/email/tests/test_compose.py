"""What goes out: to whom, from where, and what it does not give away."""

import email
import email.policy
from datetime import UTC, datetime
from uuid import UUID

import pytest

from harkline.channels.email import addressing, compose, wire

JOB = UUID("00000000-0000-4000-8000-000000000001")
NOW = datetime(2026, 3, 1, 12, 34, 56, tzinfo=UTC)
OURS = ["line@hotline.example", "Farsi@hotline.example"]
LETTER = compose.Letter(
    job=JOB,
    address="line@hotline.example",
    to="amina@caller.example",
    text="We have read it.\nسلام",
    subject="Your message",
    token="abcdefghijklmnop",
    in_reply_to="<1@caller.example>",
    references=("<0@caller.example>", "broken\r\nBcc: x"),
)


def read(out: compose.Outgoing):
    return email.message_from_bytes(out.raw, policy=email.policy.default)


def test_a_reply_carries_what_is_needed_to_answer_it():
    out = compose.reply(LETTER, NOW)
    message = read(out)
    assert message["From"] == "line@hotline.example"
    assert message["Reply-To"] == "line+abcdefghijklmnop@hotline.example"
    assert (message["In-Reply-To"], message["References"]) == (
        "<1@caller.example>",
        "<0@caller.example> <1@caller.example>",
    )
    assert message.get_content().splitlines() == ["We have read it.", "سلام"]
    assert addressing.reached(out.envelope_from, OURS).bounce == JOB


def test_a_reply_names_no_host_no_program_and_no_second():
    message = read(compose.reply(LETTER, NOW))
    assert set(message.keys()) == {
        *("From", "To", "Reply-To", "Subject", "Date", "Message-ID", "In-Reply-To", "References"),
        *("MIME-Version", "Content-Type", "Content-Transfer-Encoding"),
    }
    assert message["Date"].datetime.second == 0
    assert message["Message-ID"].endswith("@hotline.example>")


def test_the_same_job_is_the_same_mail():
    assert compose.reply(LETTER, NOW) == compose.reply(LETTER, NOW)


def test_an_acknowledgement_cannot_start_a_loop():
    out = compose.acknowledgement(LETTER, NOW)
    assert out.envelope_from == ""
    assert wire.parse(out.raw, "").machine_kind == "auto_reply"
    assert not wire.parse(out.raw, "").answerable


@pytest.mark.parametrize(
    "to", ["a@b.example\r\nBcc: c@d.example", "a@b.example, c@d.example", "nobody", "a@b <c@d.example>"]
)
def test_a_recipient_that_is_no_address_is_refused(to):
    with pytest.raises(ValueError):
        compose.reply(compose.Letter(job=JOB, address="line@hotline.example", to=to, text="x", subject="x"), NOW)


def test_an_address_beyond_ascii_is_kept():
    out = compose.reply(
        compose.Letter(job=JOB, address="line@hotline.example", to="سارا@caller.example", text="x", subject="x"), NOW
    )
    assert out.utf8
    assert "سارا@caller.example".encode() in out.raw


@pytest.mark.parametrize(
    ("recipient", "meant"),
    [
        ("line@hotline.example", addressing.Reached("line@hotline.example")),
        ("LINE@Hotline.Example", addressing.Reached("line@hotline.example")),
        ("farsi@hotline.example", addressing.Reached("Farsi@hotline.example")),
        ("line+ABCDEFGHIJKLMNOP@hotline.example", addressing.Reached("line@hotline.example", token="abcdefghijklmnop")),
        ("line+anything@hotline.example", addressing.Reached("line@hotline.example")),
        (
            addressing.bounce_address("line@hotline.example", JOB),
            addressing.Reached("line@hotline.example", bounce=JOB),
        ),
        ("line@elsewhere.example", None),
        ("other@hotline.example", None),
        ("", None),
        ("@", None),
    ],
)
def test_a_recipient_is_one_of_our_addresses_or_nobody(recipient, meant):
    assert addressing.reached(recipient, OURS) == meant
