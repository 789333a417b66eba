"""A line that reads an existing mailbox misses nobody, counts nobody twice, and leaves the mailbox as it is told to."""

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.peers.mail import FARSI, LINE, Line, attempts, contacts, letter, taking_mail, until
from tests.peers.mailbox import DOVECOT, HOW, Mailbox, mailbox

from harkline.channels.email import poller
from harkline.channels.email.settings import ImapSettings

pytestmark = [pytest.mark.flow, pytest.mark.skipif(DOVECOT is None, reason=HOW)]


@pytest.fixture
def line(mail_line: Line) -> Line:
    return mail_line


@pytest.fixture
def box() -> Iterator[Mailbox]:
    folder = Path(tempfile.mkdtemp(prefix="mailbox-"))
    folder.chmod(0o755)  # Dovecot gives up its rights, and must still get in
    with mailbox(folder) as one:
        yield one
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def settings(box: Mailbox) -> ImapSettings:
    password = box.folder / "password"
    password.write_text("secret\n")
    return ImapSettings("127.0.0.1", "line", password, port=box.port, security="none")


async def those_who_wrote(line: Line, count: int) -> list[str]:
    async def enough() -> list[str]:
        texts = [one.text.strip() for one in await contacts(line)]
        return texts if len(texts) >= count else []

    return list(await until(enough))


def raw(text: str, **more: str) -> bytes:
    return letter(text, **more).as_bytes()


async def test_what_lies_in_the_mailbox_is_read_and_stays_there_unread(line, box, settings):
    box.deliver(raw("one"))
    box.deliver(raw("two", to=FARSI))
    async with taking_mail(line, imap=settings):
        assert await those_who_wrote(line, 2) == ["one", "two"]
        assert [one.address for one in await contacts(line)] == [LINE, FARSI]
    assert [flags for flags in box.flags() if b"Seen" in flags] == []


async def test_a_mail_that_arrives_now_waits_at_once(line, box, settings):
    async with taking_mail(line, imap=settings) as there:
        await until(lambda: there.adapter.health()["state"] == "up")
        await asyncio.sleep(0.5)  # the server is being listened to by then
        await asyncio.to_thread(box.deliver, raw("now"))
        # Well below the time after which the mailbox would be looked at without being told.
        async with asyncio.timeout(poller.WATCH / 2):
            assert await those_who_wrote(line, 1) == ["now"]


async def test_a_mail_that_somebody_else_has_read_already_is_taken_all_the_same(line, box, settings):
    box.deliver(raw("one"))
    client = box.open()
    client.store("1", "+FLAGS", "\\Seen")
    client.logout()
    async with taking_mail(line, imap=settings):
        assert await those_who_wrote(line, 1) == ["one"]


async def test_after_a_restart_the_reading_goes_on_where_it_was(line, box, settings):
    box.deliver(raw("one"))
    async with taking_mail(line, imap=settings):
        await those_who_wrote(line, 1)
    box.deliver(raw("two"))
    async with taking_mail(line, imap=settings):
        assert await those_who_wrote(line, 2) == ["one", "two"]


async def test_a_mailbox_that_is_numbered_anew_counts_nobody_twice(line, box, settings):
    box.deliver(raw("one"))
    async with taking_mail(line, imap=settings):
        await those_who_wrote(line, 1)
    await asyncio.to_thread(box.renumber)
    box.deliver(raw("two"))
    async with taking_mail(line, imap=settings):
        assert await those_who_wrote(line, 2) == ["one", "two"]
    assert len(await attempts()) == 2


async def test_the_reading_goes_on_when_the_server_has_been_away(line, box, settings):
    async with taking_mail(line, imap=settings) as there:
        await until(lambda: there.adapter.health()["state"] == "up")
        await asyncio.to_thread(box.stop)
        await until(lambda: there.adapter.health()["reason"] == "mailbox_not_readable")
        await asyncio.to_thread(box.start)
        await asyncio.to_thread(box.deliver, raw("one"))
        assert await those_who_wrote(line, 1) == ["one"]


@pytest.mark.parametrize(("after", "left"), [("seen", 1), ("delete", 0)])
async def test_the_mailbox_is_left_as_it_was_told(line, box, settings, after, left):
    box.deliver(raw("one"))
    told = ImapSettings(settings.host, settings.user, settings.password_file, settings.port, "none", after=after)
    async with taking_mail(line, imap=told):
        await those_who_wrote(line, 1)

        async def done() -> bool:
            flags = await asyncio.to_thread(box.flags)
            return len(flags) == left and all(b"Seen" in one for one in flags)

        await until(done)


async def test_a_mail_that_is_too_large_counts_as_an_attempt_and_the_next_is_read(line, box, settings):
    box.deliver(raw("x" * 70 + "\r\n" + "long " * 60_000))
    box.deliver(raw("short"))
    async with taking_mail(line, imap=settings, max_size=100_000):
        assert await those_who_wrote(line, 1) == ["short"]
    assert await attempts() == [("rejected", "too_large"), ("message", "")]
