"""Replies and mailboxes over real TLS: a wrong certificate or none ends it, and nothing ever goes in clear instead."""

import asyncio
import shutil
import tempfile
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP
from tests.peers.certificates import Authority
from tests.peers.mail import CALLER, Line, Sink, contacts, letter, taking_mail, until
from tests.peers.mailbox import DOVECOT, HOW, mailbox

from harkline.channels.email.relay import Relay
from harkline.channels.email.settings import ImapSettings, RelaySettings
from harkline.routing import lines
from harkline.routing.models import Outbound
from harkline.runtime import db

pytestmark = pytest.mark.flow


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


class Watchful(Sink):
    """Notes over what each mail came."""

    def __init__(self) -> None:
        super().__init__()
        self.encrypted: list[bool] = []

    async def handle_DATA(self, server, session, envelope):
        self.encrypted.append(session.ssl is not None)
        return await super().handle_DATA(server, session, envelope)


class Unwilling(SMTP):
    """Offers STARTTLS and then will not."""

    async def smtp_STARTTLS(self, arg):
        await self.push("454 4.7.0 TLS not available")


@asynccontextmanager
async def server(sink: Sink, tls, kind=SMTP):
    loop = asyncio.get_running_loop()
    there = await loop.create_server(lambda: kind(sink, hostname="mx.example", tls_context=tls, loop=loop), "127.0.0.1")
    yield int(there.sockets[0].getsockname()[1])
    there.close()


async def sends(port: int, tls, security: str = "starttls") -> tuple[str, str]:
    boxed = {"to": CALLER, "subject": "", "text": "for her alone", "refs": []}
    job = await db.run(lines.queue, "email", boxed, idempotency_key="reply:1")
    await Relay(RelaySettings("127.0.0.1", port, security=security), tls=tls).send_due()
    return await db.run(lambda: Outbound.objects.values_list("state", "reason").get(pk=job))


async def test_a_reply_goes_out_over_tls_to_a_server_that_shows_who_it_is(mail_line, authority):
    sink = Watchful()
    async with server(sink, authority.server("127.0.0.1")) as port:
        assert await sends(port, authority.trust()) == ("accepted", "")
    assert sink.encrypted == [True]


@pytest.mark.parametrize("wrong", ["name", "authority", "unwilling", "none"])
async def test_where_that_does_not_succeed_the_reply_stays_here(mail_line, authority, tmp_path, wrong):
    sink = Watchful()
    tls = authority.server("elsewhere.example" if wrong == "name" else "127.0.0.1")
    trusted = Authority(tmp_path).trust() if wrong == "authority" else authority.trust()
    kind = Unwilling if wrong == "unwilling" else SMTP
    async with server(sink, None if wrong == "none" else tls, kind) as port:
        state, reason = await sends(port, trusted)
    assert (state, reason) == ("queued", "no_connection" if wrong == "unwilling" else "no_encryption")
    assert sink.got == []


@pytest.fixture
def box(authority: Authority):
    folder = Path(tempfile.mkdtemp(prefix="mailbox-"))
    folder.chmod(0o755)
    with mailbox(folder, tls=authority.signs("localhost")) as one:
        yield one
    shutil.rmtree(folder, ignore_errors=True)


def settings(box, host: str) -> ImapSettings:
    password = box.folder / "password"
    password.write_text("secret\n")
    return ImapSettings(host, "line", password, port=box.tls_port)


@pytest.mark.skipif(DOVECOT is None, reason=HOW)
async def test_a_mailbox_is_read_over_tls_and_not_where_it_is_another(mail_line: Line, box, authority):
    box.deliver(letter("over tls").as_bytes())
    async with taking_mail(mail_line, tls=authority.trust(), imap=settings(box, "127.0.0.1")) as there:
        await until(lambda: there.adapter.health()["reason"] == "mailbox_not_readable", 30)
        assert await contacts(mail_line) == []
    async with taking_mail(mail_line, tls=authority.trust(), imap=settings(box, "localhost")):
        (seen,) = await until(lambda: contacts(mail_line), 30)
    assert seen.text.strip() == "over tls"
