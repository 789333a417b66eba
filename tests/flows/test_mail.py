"""Whoever writes a mail reaches the waiting list, and an answer finds its way back and forth."""

import asyncio
import smtplib

import pytest
from tests.peers.mail import (
    CALLER,
    FARSI,
    LINE,
    Line,
    attempts,
    contacts,
    letter,
    send,
    taking_mail,
    until,
)

from harkline.intake import copies
from harkline.notice import policy, standing
from harkline.routing import lines
from harkline.routing.models import Outbound
from harkline.runtime import cleaning, db
from harkline.runtime.tests.test_cleaning import picture
from harkline_verify import check_words

pytestmark = pytest.mark.flow


@pytest.fixture
def line(mail_line: Line) -> Line:
    return mail_line


async def writes(line: Line, *args, **kwargs):
    return await asyncio.to_thread(send, line.smtp, *args, **kwargs)


async def answers(
    thread_id: str, text: str, *, to: str = CALLER, refs: tuple[str, ...] = (), key: str = "reply:1"
) -> str:
    """An operator writes back."""
    boxed = {"to": to, "subject": "", "text": text, "refs": list(refs)}
    return await db.run(lines.queue, "email", boxed, idempotency_key=key, thread_id=thread_id)


async def state_of(job: str) -> tuple[str, str]:
    return await db.run(lambda: Outbound.objects.values_list("state", "reason").get(pk=job))


async def ended(job: str) -> tuple[str, str]:
    """What became of a job, when it has come to an end."""
    await until(lambda: db.run(Outbound.objects.filter(pk=job, ended_at__isnull=False).exists))
    return await state_of(job)


async def test_somebody_writes_and_waits_for_a_person(line):
    async with taking_mail(line):
        await writes(line, letter("سلام، کمک می‌خواهم", Subject="کمک", Message_ID="<1@caller.example>"))
        (seen,) = await contacts(line)
    assert (seen.state, seen.address, seen.language, seen.flags) == ("waiting", LINE, "en", ())
    assert seen.text.strip() == "سلام، کمک می‌خواهم"
    meta, _ = seen.one("message")
    assert (meta["subject"], meta["from"], meta["name"], meta["message_id"]) == (
        "کمک",
        CALLER,
        "Amina",
        "<1@caller.example>",
    )
    assert seen.one("handle")[1] == CALLER.encode()
    assert seen.one("original")[1].startswith(b"From: Amina")
    assert seen.one("original")[1].endswith(b"\r\n")


async def test_a_mail_to_the_farsi_address_is_in_farsi(line):
    async with taking_mail(line):
        await writes(line, letter(to=FARSI), FARSI)
        (seen,) = await contacts(line)
    assert (seen.address, seen.language) == (FARSI, "fa")


async def test_the_same_mail_sent_again_is_one_contact(line):
    async with taking_mail(line):
        for _ in range(3):
            await writes(line, letter(Message_ID="<1@caller.example>"))
        assert len(await contacts(line)) == 1
        assert await attempts() == [("message", "")]


async def test_another_mail_with_a_copied_message_id_is_not_lost(line):
    async with taking_mail(line):
        await writes(line, letter("first", Message_ID="<1@caller.example>"))
        await writes(line, letter("second", Message_ID="<1@caller.example>"))
        assert [one.text.strip() for one in await contacts(line)] == ["first", "second"]


async def test_a_mail_to_two_addresses_reaches_both(line):
    async with taking_mail(line):
        refused = await writes(line, letter(), LINE, FARSI, "nobody@hotline.example")
        assert sorted(one.address for one in await contacts(line)) == [FARSI, LINE]
    assert refused["nobody@hotline.example"][0] == 550


async def test_over_lmtp_each_recipient_has_an_answer(line):
    def deliver() -> list[tuple[int, bytes]]:
        with smtplib.LMTP("127.0.0.1", line.lmtp, timeout=20) as lmtp:
            lmtp.docmd("LHLO", "mx.example")
            lmtp.docmd("MAIL", f"FROM:<{CALLER}>")
            codes = [lmtp.docmd("RCPT", f"TO:<{to}>") for to in (LINE, "nobody@hotline.example", FARSI)]
            lmtp.docmd("DATA")
            lmtp.send(letter().as_bytes() + b".\r\n")
            return [*codes, lmtp.getreply(), lmtp.getreply()]

    async with taking_mail(line):
        said = await asyncio.to_thread(deliver)
        assert [code for code, _words in said] == [250, 550, 250, 250, 250]
        assert len(await contacts(line)) == 2


async def test_an_attachment_is_kept_with_its_name_inside_the_seal(line):
    mail = letter("see the picture")
    mail.add_attachment(b"\xff\xd8 picture", maintype="image", subtype="jpeg", filename="blue-door.jpg")
    async with taking_mail(line):
        await writes(line, mail)
        (seen,) = await contacts(line)
    assert seen.one("attachment") == ({"name": "blue-door.jpg", "type": "image/jpeg"}, b"\xff\xd8 picture")


async def test_an_answer_goes_out_and_the_callers_reply_lands_in_the_same_thread(line, sink):
    outside, settings = sink
    async with taking_mail(line, relay=settings):
        await writes(line, letter("Can you help?", Subject="secret words", Message_ID="<1@caller.example>"))
        (first,) = await contacts(line)
        job = await answers(first.thread_id, "Yes. Tell me more.", refs=("<1@caller.example>",))
        await until(lambda: outside.got)
        assert await ended(job) == ("accepted", "")

        (out,) = outside.mails()
        assert (out["To"], out["From"], out["In-Reply-To"]) == (CALLER, LINE, "<1@caller.example>")
        assert "secret" not in out["Subject"]

        await writes(line, letter("It is about my brother.", to=out["Reply-To"]), out["Reply-To"])
        _, second = await contacts(line)
    assert second.thread_id == first.thread_id
    assert (second.state, second.flags, second.address) == ("waiting", (), LINE)


async def test_an_answer_to_the_plain_address_is_found_by_what_it_answers_and_who_sent_it(line, sink):
    outside, settings = sink
    async with taking_mail(line, relay=settings):
        await writes(line, letter("one"))
        (first,) = await contacts(line)
        await answers(first.thread_id, "yes")
        await until(lambda: outside.got)
        reference = outside.mails()[0]["Message-ID"]
        await writes(line, letter("two", References=reference))
        await writes(line, letter("three", sender="other@caller.example", References=reference))
        await writes(line, letter("four", Subject="Re: Your message"))
        _, second, third, fourth = await contacts(line)
    assert second.thread_id == first.thread_id
    # Somebody else with the same reference, and the same sender without it: perhaps. A person decides.
    assert len({first.thread_id, third.thread_id, fourth.thread_id}) == 3
    assert third.flags == fourth.flags == ("possible_match",)


async def test_a_reply_address_used_by_somebody_else_says_so(line, sink):
    outside, settings = sink
    async with taking_mail(line, relay=settings):
        await writes(line, letter("one"))
        (first,) = await contacts(line)
        await answers(first.thread_id, "yes")
        await until(lambda: outside.got)
        address = outside.mails()[0]["Reply-To"]
        await writes(line, letter("two", sender="other@caller.example", to=address), address)
        _, second = await contacts(line)
    assert (second.thread_id, second.flags) == (first.thread_id, ("other_sender",))


async def test_a_forged_reply_address_opens_nothing(line):
    async with taking_mail(line):
        await writes(line, letter("one"))
        await writes(
            line, letter("two", to="line+aaaaaaaaaaaaaaaa@hotline.example"), "line+aaaaaaaaaaaaaaaa@hotline.example"
        )
        first, second = await contacts(line)
    assert first.thread_id != second.thread_id


async def test_a_reply_that_bounces_is_shown_as_failed_and_nobody_is_kept_waiting(line, sink):
    outside, settings = sink
    async with taking_mail(line, relay=settings):
        await writes(line, letter("one"))
        (first,) = await contacts(line)
        job = await answers(first.thread_id, "yes")
        await until(lambda: outside.got)
        (verp, _to, _raw) = outside.got[0]
        bounce = (
            letter("", to=verp, sender="mailer-daemon@mx.example", Auto_Submitted="auto-replied")
            .as_bytes()
            .replace(b"text/plain", b"multipart/report; report-type=delivery-status", 1)
        )
        assert await ended(job) == ("accepted", "")
        for _ in range(3):
            await writes(line, bounce, verp, sender="")
        assert await state_of(job) == ("failed", "bounced")
        seen = await contacts(line)
    assert [(one.state, one.machine_kind) for one in seen] == [("waiting", "human"), ("closed", "bounce")]
    assert {one.thread_id for one in seen} == {first.thread_id}
    assert len(outside.got) == 1


async def test_a_lists_mail_is_kept_and_makes_nobody_wait(line):
    async with taking_mail(line):
        await writes(line, letter("news", List_Id="<news.example>"))
        (seen,) = await contacts(line)
    assert (seen.state, seen.machine_kind, seen.text.strip()) == ("closed", "list", "news")


async def test_nobody_is_acknowledged_unless_the_line_wants_it(line, sink):
    outside, settings = sink
    async with taking_mail(line, relay=settings):
        await writes(line, letter("one"))
        assert await db.run(Outbound.objects.count) == 0
    assert not outside.got


async def test_an_acknowledgement_says_nothing_and_goes_once_and_never_to_a_machine(line, sink):
    outside, settings = sink
    async with taking_mail(line, relay=settings, auto_acknowledge=True):
        await writes(line, letter("my secret", Subject="my subject"))
        await until(lambda: outside.got)
        await writes(line, letter("again"))
        await writes(
            line,
            letter("auto", sender="robot@caller.example", Auto_Submitted="auto-replied"),
            sender="robot@caller.example",
        )
        await writes(line, letter("null", sender="null@caller.example"), sender="")
        await writes(line, letter("ours", sender=FARSI), sender=FARSI)
        assert len(await contacts(line)) == 5
        assert await db.run(Outbound.objects.count) == 1
    (mail,) = outside.mails()
    assert outside.got[0][0] in ("", "<>")
    assert mail["Auto-Submitted"] == "auto-replied"
    assert b"my s" not in outside.got[0][2]


async def test_whoever_writes_to_a_closed_line_is_told_so_once(line, sink, tmp_path, monkeypatch):
    outside, settings = sink
    monkeypatch.setattr(check_words, "ROUNDS", 10)
    monkeypatch.setattr(policy, "_present", policy.Policy(folder=tmp_path / "notice"))
    (tmp_path / "notice").mkdir()
    async with taking_mail(line, relay=settings, auto_acknowledge=True):
        await writes(line, letter("one"))
        await until(lambda: len(outside.got) == 1)
        await db.run(standing.close_at_once, None)
        await writes(line, letter("two"))
        await until(lambda: len(outside.got) == 2)
        await writes(line, letter("three"))
        assert len(await contacts(line)) == 3
        assert await db.run(Outbound.objects.count) == 2
    first, second = outside.mails()
    assert "has arrived" in first.get_content()
    assert "This address is closed" in second.get_content()


async def test_what_was_written_lies_nowhere_in_the_clear(line, sink):
    _outside, settings = sink
    async with taking_mail(line, relay=settings):
        await writes(line, letter("the blue door at nine", Subject="siskin subject", sender="siskin@caller.example"))
        (first,) = await contacts(line)
        await answers(first.thread_id, "the green window at ten", to="siskin@caller.example")
        await until(lambda: db.run(Outbound.objects.filter(state="accepted").count))
    stored = b"".join(one.read_bytes() for one in line.file.parent.iterdir())
    assert len(stored) > 10_000
    for secret in (b"blue door", b"siskin", b"green window", b"Amina"):
        assert secret not in stored


@pytest.mark.skipif(not cleaning.available(), reason="cleaned copies need mat2 (Debian: apt-get install mat2)")
async def test_an_attachment_gets_a_copy_that_does_not_say_who_made_it(line):
    message = letter("See this.")
    message.add_attachment(picture(b"Amina Secret"), maintype="image", subtype="png", filename="door.png")
    async with taking_mail(line):
        await writes(line, message)
        await asyncio.to_thread(copies.settle)
    (seen,) = await contacts(line)
    meta, copy = seen.one("cleaned")
    assert meta["name"] == "door.png"
    assert b"Amina" not in copy
    assert b"Amina" in seen.one("attachment")[1]
    assert seen.one("original")[1]
