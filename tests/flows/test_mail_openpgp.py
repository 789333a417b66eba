"""Somebody writes encrypted with GnuPG, and is never answered in clear."""

import asyncio
import base64
import email
import email.policy
from pathlib import Path

import pytest
from django.test import Client
from tests.peers import gnupg
from tests.peers.gnupg import PERSON, Person
from tests.peers.mail import LINE, Line, Sink, contacts, letter, relay, send, taking_mail, until

from harkline.channels.email import autocrypt, keyring, openpgp_jail
from harkline.channels.email.settings import RelaySettings
from harkline.intake.models import SealedObject
from harkline.line import mail_keys
from harkline.line.mail_keys import directory_name
from harkline.people.models import Operator
from harkline.routing import confidential, lines
from harkline.routing.models import Outbound
from harkline.runtime import clock, db

pytestmark = [pytest.mark.flow, pytest.mark.skipif(gnupg.GPG is None, reason=gnupg.HOW)]


@pytest.fixture(scope="module")
def amina():
    with gnupg.person() as someone:
        yield someone


@pytest.fixture
def line(mail_line: Line, amina: Person) -> Line:
    """A line with a key, which Amina's program fetched from its directory."""
    keyring.make(LINE)
    local, _, domain = LINE.partition("@")
    found = Client().get(f"/.well-known/openpgpkey/{domain}/hu/{directory_name(local)}?l={local}")
    assert found.status_code == 200
    # GnuPG takes the newest key of an address, and either of two that were made in the same second: the last test's is forgotten.
    amina.forgets(LINE)
    assert "IMPORT_OK" in amina.learns(found.content)
    return mail_line


async def arrives(line: Line, raw: bytes):
    await asyncio.to_thread(send, line.smtp, raw)
    return (await contacts(line))[-1]


async def answers(seen, text: str, key: str = "", name: str = "reply:1") -> str:
    boxed = {"to": PERSON, "subject": "Re: true", "text": text, "refs": [], "openpgp_key": key}
    return await db.run(lines.queue, "email", boxed, idempotency_key=name, thread_id=seen.thread_id)


async def ended(job: str) -> tuple[str, str]:
    await until(lambda: db.run(Outbound.objects.filter(pk=job, ended_at__isnull=False).exists), 60)
    return await db.run(lambda: Outbound.objects.values_list("state", "reason").get(pk=job))


async def test_an_encrypted_mail_is_opened_on_arrival_and_answered_encrypted(line, amina):
    sink = Sink()
    clear = gnupg.protected("Please help. کمک", "What is true", ("names.bin", b"\0\1\2"))
    header = autocrypt.header(PERSON, amina.binary_key())
    async with relay(sink) as port, taking_mail(line, relay=RelaySettings("127.0.0.1", port, security="none")):
        seen = await arrives(line, gnupg.enclosed(amina.encrypts(clear, LINE), LINE, Autocrypt=header))
        meta, body = seen.one("message")
        assert (meta["subject"], body.decode().strip()) == ("What is true", "Please help. کمک")
        assert seen.one("attachment")[0]["name"] == "names.bin"
        assert (meta["openpgp"]["state"], meta["openpgp"]["fingerprint"]) == ("opened", amina.fingerprint)
        assert "came_encrypted" in seen.flags
        job = await answers(seen, "We are here. سلام", meta["openpgp"]["key"])
        assert await ended(job) == ("accepted", "")
    ((_from, _to, raw),) = sink.got
    assert b"We are here" not in raw
    outer = email.message_from_bytes(raw, policy=email.policy.default)
    assert (outer["Subject"], outer.get_content_type()) == ("...", "multipart/encrypted")
    inner, said = amina.opens(raw)
    assert (inner["Subject"], inner.get_content().strip()) == ("Re: true", "We are here. سلام")
    assert "GOODSIG" in said
    assert "DECRYPTION_OKAY" in said
    assert max(map(len, raw.split(b"\r\n"))) < 998
    ours = autocrypt.read([str(outer["Autocrypt"])], LINE)
    assert ours
    assert "IMPORT_OK" in amina.learns(ours.key)


async def test_the_signature_is_told_from_one_that_does_not_fit(line, amina):
    clear = gnupg.protected("signed", "s")
    header = autocrypt.header(PERSON, amina.binary_key())
    body = b"Content-Type: text/plain\r\n\r\nI swear it.\r\n"

    def signed(said: bytes) -> bytes:
        head = f"From: {PERSON}\r\nTo: {LINE}\r\nAutocrypt: {header}\r\nMIME-Version: 1.0\r\nContent-Type: multipart/signed; "
        head += 'protocol="application/pgp-signature"; micalg=pgp-sha512; boundary="b"\r\n\r\n'
        tail = b"\r\n--b\r\nContent-Type: application/pgp-signature\r\n\r\n" + amina.signs(body) + b"\r\n--b--\r\n"
        return head.encode() + b"--b\r\n" + said + tail

    async with taking_mail(line):
        inside = await arrives(
            line, gnupg.enclosed(amina.encrypts(clear, LINE, "--compress-algo", "none"), LINE, Autocrypt=header)
        )
        fits = await arrives(line, signed(body))
        altered = await arrives(line, signed(body.replace(b"swear", b"doubt")))
    states = [one.one("message")[0]["openpgp"]["signature"] for one in (inside, fits, altered)]
    assert states == ["good", "good", "not_fitting"]


async def test_words_encrypted_in_the_text_itself_are_opened_too(line, amina):
    armoured = amina.encrypts("Only for you: ژ".encode(), LINE, sign=False).decode()
    async with taking_mail(line):
        seen = await arrives(line, letter(f"Hello\n{armoured}\nBye").as_bytes())
    assert seen.text.split() == ["Hello", "Only", "for", "you:", "ژ", "Bye"]
    assert seen.one("message")[0]["openpgp"]["state"] == "opened"


@pytest.mark.parametrize(("killed", "state", "said"), [(1, "opened", "secret"), (2, "not_tried", "")])
async def test_a_child_that_is_killed_is_asked_once_more_and_then_the_mail_is_kept(
    line, amina, monkeypatch, killed, state, said
):
    asks, asked = openpgp_jail.OpenPgp._ask, []

    async def ask(self, about, body):
        asked.append(about["do"])
        if len(asked) <= killed:
            raise EOFError
        return await asks(self, about, body)

    monkeypatch.setattr(openpgp_jail.OpenPgp, "_ask", ask)
    raw = gnupg.enclosed(amina.encrypts(b"Content-Type: text/plain\r\n\r\nsecret", LINE), LINE)
    async with taking_mail(line):
        seen = await arrives(line, raw)
    assert (seen.one("message")[0]["openpgp"]["state"], seen.text.strip()) == (state, said)
    assert seen.one("original")[1].replace(b"\r\n", b"\n") == raw.replace(b"\r\n", b"\n")
    assert len(asked) == 2


async def test_a_mail_encrypted_to_somebody_else_is_kept_whole_and_said_so(line, amina):
    raw = gnupg.enclosed(amina.encrypts(b"secret", PERSON), LINE)
    async with taking_mail(line):
        seen = await arrives(line, raw)
    assert seen.one("message")[0]["openpgp"]["state"] == "not_opened"
    assert seen.one("original")[1].replace(b"\r\n", b"\n") == raw.replace(b"\r\n", b"\n")
    assert "encrypted" in seen.flags


async def test_without_a_key_the_answer_is_held_and_nothing_leaves(line, amina):
    sink = Sink()
    async with relay(sink) as port, taking_mail(line, relay=RelaySettings("127.0.0.1", port, security="none")):
        seen = await arrives(line, gnupg.enclosed(amina.encrypts(b"no key with it", LINE, sign=False), LINE))
        assert await ended(await answers(seen, "in clear?")) == ("failed", "not_encrypted")
        damaged = base64.b64encode(b"no key at all").decode()
        assert await ended(await answers(seen, "in clear?", damaged, "reply:2")) == ("failed", "key_unreadable")
        allowed = await db.run(_allow, line, seen)
        assert allowed
        assert await ended(await answers(seen, "as you asked", name="reply:3")) == ("accepted", "")
    assert [b"as you asked" in raw for _from, _to, raw in sink.got] == [True]


def _allow(line: Line, seen) -> bool:
    chief = Operator.objects.create(username="chief", name="Chief", role="supervisor", joined_at=clock.now())
    said = SealedObject.objects.get(contact=seen.id, purpose="message")
    return confidential.allow(chief, seen.thread_id, str(said.pk))


async def test_a_key_that_has_expired_or_was_revoked_is_not_used(line, amina):
    sink = Sink()
    with gnupg.person("late@caller.example") as late:
        late.gpg("--faked-system-time", "20200101T000000", "--passphrase", "", "--pinentry-mode", "loopback",
                 "--quick-gen-key", "old@caller.example", "future-default", "default", "1d")  # fmt: skip
        old = base64.b64encode(late.gpg("--export", "old@caller.example")[0]).decode()
        late.gpg("--import", given=_revocation(late))
        revoked = base64.b64encode(late.gpg("--export", late.address)[0]).decode()
    async with relay(sink) as port, taking_mail(line, relay=RelaySettings("127.0.0.1", port, security="none")):
        seen = await arrives(line, letter().as_bytes())
        assert await ended(await answers(seen, "x", old, "reply:1")) == ("failed", "key_expired")
        assert await ended(await answers(seen, "x", revoked, "reply:2")) == ("failed", "key_revoked")
    assert not sink.got


def _revocation(one: Person) -> bytes:
    (made,) = (one.home / "openpgp-revocs.d").glob(f"{one.fingerprint.upper()}*")
    return made.read_bytes().replace(b":-----BEGIN", b"-----BEGIN")


async def test_a_renewed_key_is_the_same_key_for_longer_and_a_forgotten_one_opens_nothing(line, amina):
    row = await db.run(mail_keys.current, LINE)
    before = row.expires_at
    await asyncio.sleep(1.1)  # the dates in a key are whole seconds, and the newest holds
    with clock.using(clock.Shifted()) as time:
        time.forward(days=690)
        assert await db.run(keyring.renew_due) == 1
    again = await db.run(mail_keys.current, LINE)
    assert again.fingerprint == row.fingerprint
    assert (again.expires_at - before).days == 690
    assert "IMPORT_OK" in amina.learns(bytes(again.certificate))
    listed = amina.gpg("--with-colons", "--list-keys", LINE)[0].decode()
    assert f":{int(again.expires_at.timestamp())}:" in listed
    raw = gnupg.enclosed(amina.encrypts(b"late", again.fingerprint), LINE)
    await db.run(keyring.forget, again)
    assert not (Path(keyring.folder() or "") / f"{row.fingerprint}.key").exists()
    async with taking_mail(line):
        seen = await arrives(line, raw)
    assert seen.one("message")[0]["openpgp"]["state"] == "not_opened"


def test_the_directory_answers_by_both_ways_and_tells_nothing_else(line):
    local, _, domain = LINE.partition("@")
    client, name = Client(), directory_name(local)
    direct = client.get(f"/.well-known/openpgpkey/hu/{name}?l={local}", headers={"host": domain})
    advanced = client.get(
        f"/.well-known/openpgpkey/{domain}/hu/{name}?l={local}", headers={"host": f"openpgpkey.{domain}"}
    )
    assert direct.content == advanced.content == bytes(mail_keys.current(LINE).certificate)
    for one in (direct, advanced):
        assert one["Content-Type"] == "application/octet-stream"
        assert one["Access-Control-Allow-Origin"] == "*"
        assert not one.cookies
    for path in ("policy", f"{domain}/policy"):
        assert client.get(f"/.well-known/openpgpkey/{path}").status_code == 200
    nobody = directory_name("nobody")
    assert client.get(f"/.well-known/openpgpkey/hu/{nobody}").status_code == 404
    assert client.post(f"/.well-known/openpgpkey/hu/{name}").status_code == 405
    assert mail_keys.current(LINE).spoken.encode() in client.get("/").content
