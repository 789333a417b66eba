"""What a mail says, whatever it is made of."""

import base64
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harkline.channels.email import bounds, wire

ENVELOPE = "amina@caller.example"


def mail(headers: str = "", body: bytes = b"Please help.\r\n") -> bytes:
    head = "From: Amina <amina@caller.example>\r\nTo: line@hotline.example\r\n" + headers
    return head.encode() + b"\r\n" + body


def multipart(*parts: bytes) -> bytes:
    inner = b"".join(b"--zz\r\n" + part + b"\r\n" for part in parts)
    return mail("Content-Type: multipart/mixed; boundary=zz\r\n", inner + b"--zz--\r\n")


def test_an_ordinary_mail_is_read():
    found = wire.parse(
        mail(
            "Subject: =?utf-8?b?2qnZhdqp?=\r\nMessage-ID: <1@caller.example>\r\nReferences: <a@x> <b@x>\r\n"
            "In-Reply-To: <b@x>\r\nDate: Sat, 22 Nov 2025 10:00:00 +0430\r\nReply-To: other@caller.example\r\n"
        ),
        ENVELOPE,
    )
    assert (found.subject, found.text, found.sender, found.sender_name) == (
        "کمک",
        "Please help.",
        "amina@caller.example",
        "Amina",
    )
    assert (found.message_id, found.refs) == ("<1@caller.example>", ("<a@x>", "<b@x>"))
    assert (found.reply_to, found.date) == ("other@caller.example", "2025-11-22T10:00:00+04:30")
    assert found.reached == ("line@hotline.example",)
    assert (found.held, found.machine_kind, found.answerable, found.flags) == (False, "human", True, ())


def test_a_picture_is_an_attachment_and_the_text_stays_text():
    picture = base64.encodebytes(b"\x89PNG" + bytes(300))
    found = wire.parse(
        multipart(
            b"Content-Type: text/plain; charset=windows-1256\r\n\r\n" + "سلام".encode("windows-1256"),
            b'Content-Type: image/png; name="../a\xe2\x80\xaegnp.exe"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
            + picture,
        )
    )
    assert found.text == "سلام"
    (attachment,) = found.attachments
    assert attachment.body == b"\x89PNG" + bytes(300)
    assert "/" not in attachment.name
    assert "\u202e" not in attachment.name


def test_html_is_shown_as_text_without_tag_link_or_picture():
    html = b"<style>p{}</style><p>Hello <b>you</b></p><p>a<br>b<img src=http://x/><script>alert(1)</script></p>"
    found = wire.parse(mail("Content-Type: text/html\r\n", html))
    assert found.text == "Hello you\n\na\nb"
    assert "html" in found.flags


def test_the_plain_text_of_two_alternatives_is_shown():
    found = wire.parse(
        multipart(b"Content-Type: text/html\r\n\r\n<p>html</p>", b"Content-Type: text/plain\r\n\r\nplain")
    )
    assert (found.text, found.attachments) == ("plain", ())


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        (b"X: y\n" * 100_000 + b"\nx", "header_block"),
        (b"Subject: " + b"x" * (bounds.HEADER + 1) + b"\n\nx", "header_long"),
        (b"Subject: x\0y\n\nx", "nul"),
        (b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 300 + b"--b--\n", "many_parts"),
        (
            b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (i, i) for i in range(60)) + b"\nhi",
            "deep",
        ),
        (b"To: " + b"(" * 7000 + b"x" + b")" * 7000 + b" a@b.example\n\nx", "deep"),
        (b"A: b\n\n--x\nContent-Type: text/plain; " + b"a=b; " * 4000 + b"\n\nx", "header_long"),
    ],
)
def test_a_hostile_mail_is_held_and_says_why(raw, word):
    found = wire.parse(raw)
    assert (found.held, found.flags, found.text) == (True, ("held", word), "")


def test_a_long_list_of_dashes_is_no_attack():
    found = wire.parse(mail(body=b"-- item\r\n" * 5000))
    assert not found.held
    assert found.text.count("item") == 5000


def test_fifty_thousand_encoded_words_cost_no_more_than_any_other_mail_of_their_size():
    def seconds(raw: bytes) -> float:
        before = time.process_time()
        wire.parse(raw)
        return time.process_time() - before

    hostile = b"Subject: " + b"\n ".join([b"=?utf-8?b?w6k=?="] * 50_000) + b"\n\nx"
    harmless = b"Subject: x\n\n" + b"a line of a letter\n" * (len(hostile) // 19)
    assert seconds(hostile) < 5 * seconds(harmless) + 0.05


def test_a_broken_attachment_says_so_and_the_rest_is_read():
    found = wire.parse(
        multipart(
            b"Content-Type: text/plain\r\n\r\nsee this",
            b"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAAA",
        )
    )
    assert found.text == "see this"
    assert found.attachments[0].state == "undecodable"
    assert "undecodable" in found.flags


@pytest.mark.parametrize(
    ("headers", "envelope", "kind"),
    [
        ("", ENVELOPE, "human"),
        ("Auto-Submitted: no\r\n", ENVELOPE, "human"),
        ("Auto-Submitted: auto-replied; owner\r\n", ENVELOPE, "auto_reply"),
        ("X-Autoreply: yes\r\n", ENVELOPE, "auto_reply"),
        ("List-Id: <x.example>\r\n", ENVELOPE, "list"),
        ("Content-Type: multipart/report; report-type=delivery-status; boundary=zz\r\n", "", "bounce"),
        ("Content-Type: multipart/report; report-type=disposition-notification; boundary=zz\r\n", "", "dlr"),
        ("", "", "human"),  # no envelope sender and no other sign: unclear, so somebody reads it
        ("Precedence: bulk\r\n", ENVELOPE, "human"),
    ],
)
def test_machines_are_told_from_people(headers, envelope, kind):
    assert wire.parse(mail(headers), envelope).machine_kind == kind


def test_a_report_of_delay_or_success_is_no_bounce():
    raw = mail(
        "Content-Type: multipart/report; report-type=delivery-status; boundary=zz\r\n",
        b"--zz\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns;x\r\n\r\nAction: delayed\r\n\r\n--zz--\r\n",
    )
    assert wire.parse(raw, "").machine_kind == "dlr"


@pytest.mark.parametrize("headers", ["Precedence: bulk\r\n", "X-Loop: x\r\n", "X-Auto-Response-Suppress: All\r\n"])
def test_what_might_be_a_machine_is_never_acknowledged(headers):
    assert not wire.parse(mail(headers), ENVELOPE).answerable
    assert not wire.parse(mail(), "").answerable


def test_encrypted_mail_is_recognised():
    assert wire.parse(mail(body=b"-----BEGIN PGP MESSAGE-----\r\nx\r\n")).crypto == "pgp_inline"
    assert wire.parse(mail("Content-Type: multipart/encrypted; boundary=zz\r\n")).crypto == "pgp_mime"


_pieces = st.sampled_from(
    [
        b"From: ", b"a@b.example", b"Subject: ", b"=?utf-8?q?", b"?=", b"\r\n", b"\n", b"\r", b"\r\n\r\n", b"(", b")", b'"', b"<", b">",
        b"Content-Type: multipart/mixed; boundary=b", b"Content-Type: message/rfc822", b"Content-Type: text/plain; charset=",
        b"utf-16", b"rot13", b"idna", b"--b", b"--b--", b"Content-Transfer-Encoding: base64", b"Content-Disposition: attachment; filename*=",
        b"utf-8''%ff", b"\0", b"\xff\xfe", b"Date: ", b"To: ", b"undisclosed:;", b"References: <", b"Message-ID: [", b"&#xD800;", b"<div>",
    ]
)  # fmt: skip


@given(st.lists(st.one_of(_pieces, st.binary(max_size=8)), max_size=60).map(b"".join))
def test_no_bytes_at_all_make_the_reader_fail_or_overstep(raw):
    found = wire.parse(raw)
    assert len(found.subject) <= wire.SUBJECT
    assert len(found.text) <= wire.TEXT
    assert len(found.attachments) <= 2 * bounds.PARTS
    found.text.encode()
    found.subject.encode()
    assert all("\n" not in one for one in (found.sender, found.sender_name, found.subject, found.message_id))
