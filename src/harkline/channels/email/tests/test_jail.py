"""The child that reads mail: what it may use, what it cannot reach, and what becomes of a mail that kills it."""

import asyncio
from pathlib import Path

import pytest

from harkline.channels.email import frames, jail, wire

MAIL = b"From: a@caller.example\r\nContent-Type: text/plain; charset=gb18030\r\n\r\n" + "你好".encode("gb18030")
LOOPING = b"Subject: x\n\n" + b"\n" * 20_000_000  # minutes for the standard library


@pytest.fixture
async def workers(monkeypatch):
    monkeypatch.setenv("SECRET", "not for children")
    one = jail.Jail(1)
    await one.start()
    yield one
    await one.stop()


async def test_a_mail_is_read_in_the_jail_as_outside(workers):
    assert await workers.read(MAIL, "a@caller.example") == wire.parse(MAIL, "a@caller.example")
    assert (await workers.read(MAIL)).text == "你好"


async def test_a_mail_that_takes_too_long_is_held_and_the_next_one_is_read(workers):
    held = await workers.read(LOOPING)
    assert (held.held, held.flags) == (True, ("held", "jail"))
    assert (await workers.read(MAIL)).text == "你好"


async def test_a_killed_worker_is_replaced(workers):
    await workers.read(MAIL)
    (one,) = workers._all
    one.process.kill()
    assert (await workers.read(MAIL)).held
    assert not (await workers.read(MAIL)).held


async def test_a_worker_that_lies_is_not_believed(workers, monkeypatch):
    async def lies(_self, _request):
        return b"\0\0\0\2{}"

    monkeypatch.setattr(jail._Worker, "_ask", lies)
    assert (await workers.read(MAIL)).flags == ("held", "jail")


async def test_the_child_knows_no_secret_and_opens_no_file(workers):
    await workers.read(MAIL)
    (one,) = workers._all
    inside = Path(f"/proc/{one.process.pid}")
    assert (inside / "environ").read_bytes() == b""
    limits = dict(line.split("  ", 1) for line in (inside / "limits").read_text().splitlines()[1:])
    assert limits["Max file size"].split()[0] == "0"
    assert limits["Max open files"].split()[0] == "3"


async def test_many_mails_at_once_are_all_read(workers):
    raws = [f"Subject: {n}\r\n\r\nx".encode() for n in range(50)]
    mails = await asyncio.gather(*(workers.read(raw) for raw in raws))
    assert [mail.subject for mail in mails] == [str(n) for n in range(50)]


def test_what_goes_through_the_pipe_comes_out_the_same():
    mail = wire.Mail(
        subject="س",
        refs=("<a@b>",),
        attachments=(wire.Attachment("n", "t/x", b"\0\1"), wire.Attachment("m", "t/y", b"")),
    )
    framed = frames.answer(mail)
    assert frames.answered(framed[4:]) == mail
    assert frames.requested(frames.request(b"raw", None)[4:]) == (b"raw", None)
    assert frames.requested(frames.request(b"raw", "")[4:]) == (b"raw", "")


@pytest.mark.parametrize("body", [b"", b"\0\0\0\2[]", b"\0\0\0\xff{}", b"\0\0\0\2{}", b"\xff" * 40])
def test_a_broken_answer_is_refused(body):
    with pytest.raises(frames.Broken):
        frames.answered(body)
