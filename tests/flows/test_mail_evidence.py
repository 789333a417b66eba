"""Where a mail came from: real signatures, a real DNS server on loopback, and facts with their limits."""

import asyncio
import base64
import smtplib

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from tests.peers.mail import LINE, Line, contacts, taking_mail
from tests.peers.names import Names, serving, txt

from harkline.channels.email import resolver
from harkline.channels.email.settings import EmailSettings

pytestmark = pytest.mark.flow
AUTHOR, FORWARDER = "sender.example", "forwarder.example"


@pytest.fixture(scope="module")
def secret() -> bytes:
    made = rsa.generate_private_key(65537, 2048)
    return made.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )


@pytest.fixture
def names(secret: bytes):
    key = serialization.load_pem_private_key(secret, None).public_key()
    public = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    record = txt("v=DKIM1; k=rsa; p=" + base64.b64encode(public).decode())
    zone = {
        (f"s1._domainkey.{AUTHOR}", "TXT"): [record],
        (f"s1._domainkey.{FORWARDER}", "TXT"): [record],
        (f"_dmarc.{AUTHOR}", "TXT"): [txt("v=DMARC1; p=reject")],
        (AUTHOR, "TXT"): [txt(f"v=spf1 include:_spf.{AUTHOR} mx -all")],
        (f"_spf.{AUTHOR}", "TXT"): [txt("v=spf1 ip4:127.0.0.9 -all")],
        (AUTHOR, "MX"): [f"10 mx.{AUTHOR}."],
        (f"mx.{AUTHOR}", "A"): ["192.0.2.1"],
    }
    with serving(zone) as there:
        yield there


def mail(sender: str = f"amina@{AUTHOR}", text: str = "Help.") -> bytes:
    return f"From: Amina <{sender}>\r\nTo: {LINE}\r\nSubject: hello\r\n\r\n{text}\r\n".encode()


def signed(raw: bytes, secret: bytes, domain: str = AUTHOR, **how: bool) -> bytes:
    return dkim.sign(raw, b"s1", domain.encode(), secret, include_headers=[b"from", b"to", b"subject"], **how) + raw


def hand_in(port: int, raw: bytes, source: str, sender: str) -> None:
    with smtplib.SMTP("127.0.0.1", port, "mx.sender.example", 60, source_address=(source, 0)) as smtp:
        smtp.sendmail(sender, [LINE], raw)


async def told(line: Line, names: Names, raw: bytes, source: str = "127.0.0.9", sender: str = f"amina@{AUTHOR}"):
    """What is said of a mail: ``{"dkim": [("pass", domain)], …}``, and what is sealed with the original."""
    async with taking_mail(line, evidence=True, resolver=("127.0.0.1", names.port)):
        await asyncio.to_thread(hand_in, line.smtp, raw, source, sender)
    seen = (await contacts(line))[-1]
    found: dict[str, list[tuple[str, str]]] = {}
    for one in seen.one("message")[0]["evidence"]:
        found.setdefault(one["what"], []).append((one["result"], one["domain"]))
    return found, seen.one("original")[0]


async def test_a_signed_mail_from_its_own_domain_is_borne_out_by_all_three(mail_line, names, secret):
    found, original = await told(mail_line, names, signed(mail(), secret))
    assert found == {"dkim": [("pass", AUTHOR)], "spf": [("pass", AUTHOR)], "dmarc": [("pass", AUTHOR)]}
    assert original["dns"][f"s1._domainkey.{AUTHOR}"].startswith("v=DKIM1")


async def test_a_mail_that_was_changed_and_came_from_elsewhere_says_so_and_still_arrives(mail_line, names, secret):
    raw = signed(mail(), secret).replace(b"Help.", b"Send money.")
    found, _original = await told(mail_line, names, raw, source="127.0.0.1")
    assert found == {"dkim": [("fail", AUTHOR)], "spf": [("not_checked", AUTHOR)], "dmarc": [("fail", AUTHOR)]}
    found, _original = await told(mail_line, names, raw + b"again\r\n", source="127.0.0.8")
    assert found["spf"] == [("fail", AUTHOR)]


async def test_a_signature_of_somebody_else_does_not_stand_behind_the_from_line(mail_line, names, secret):
    found, _original = await told(
        mail_line, names, signed(mail(), secret, FORWARDER), "127.0.0.8", f"bounces@{FORWARDER}"
    )
    assert found["dkim"] == [("pass", FORWARDER)]
    assert found["dmarc"] == [("fail", AUTHOR)]


async def test_a_signature_over_the_beginning_alone_is_no_proof_of_the_rest(mail_line, names, secret):
    raw = signed(mail(), secret, length=True) + b"And one thing more.\r\n"
    found, _original = await told(mail_line, names, raw, source="127.0.0.1")
    assert found["dkim"] == [("partial", AUTHOR)]
    assert found["dmarc"] == [("fail", AUTHOR)]


async def test_a_forwarder_who_vouches_is_named(mail_line, names, secret):
    raw = signed(mail(), secret)
    results = f"Authentication-Results: {FORWARDER}; dkim=pass header.d={AUTHOR}; spf=pass\r\n".encode()
    vouched = dkim.arc_sign(
        results + raw, b"s1", FORWARDER.encode(), secret, FORWARDER.encode(), include_headers=[b"from", b"to"]
    )
    found, _original = await told(mail_line, names, b"".join(vouched) + results + raw, source="127.0.0.1")
    assert found["arc"] == [("pass", FORWARDER)]


async def test_a_name_server_that_is_silent_keeps_no_mail_out(mail_line, names, secret, monkeypatch):
    monkeypatch.setattr(resolver, "PATIENCE", 0.5)
    names.silent = True
    found, _original = await told(mail_line, names, signed(mail(), secret))
    assert {result for rows in found.values() for result, _domain in rows} == {"error"}


async def test_the_name_server_learns_names_once_and_nothing_of_the_sender_or_the_words(mail_line, names, secret):
    for text in ("One.", "Two."):
        await told(mail_line, names, signed(mail(f"very-secret-name@{AUTHOR}", text), secret))
    asked = {name for name, _kind in names.asked}
    assert asked == {
        *(name for name, _kind in names.zone if FORWARDER not in name and "mx." not in name),
        "_dmarc.example",
    }
    assert len(names.asked) == 2 * len(set(names.asked))  # two lines, each with a memory of its own
    assert not any("secret" in name for name in asked)


async def test_without_the_setting_nobody_is_asked(mail_line, names, secret):
    async with taking_mail(mail_line, resolver=("127.0.0.1", names.port)):
        await asyncio.to_thread(hand_in, mail_line.smtp, signed(mail(), secret), "127.0.0.9", f"amina@{AUTHOR}")
    (seen,) = await contacts(mail_line)
    assert names.asked == []
    assert seen.one("message")[0]["evidence"] == []
    assert not EmailSettings().evidence


async def test_the_address_that_a_mail_was_handed_in_from_lies_nowhere(mail_line, names, secret):
    await told(mail_line, names, signed(mail(), secret))
    for file in mail_line.file.parent.glob("line.sqlite3*"):
        assert b"127.0.0.9" not in file.read_bytes()
    (seen,) = await contacts(mail_line)
    assert not any("127.0.0.9" in str(meta) or b"127.0.0.9" in body for _kind, meta, body in seen.parts)
