"""What is known of where a mail came from: DKIM, SPF, DMARC, ARC. Facts with their limits, never a reason to refuse. Runs in the
jail (``evidence_jail``): it reads hostile bytes. Names are looked up through the function that it is given, and by nobody else.

Sources: RFC 6376 (DKIM), RFC 7208 (SPF), RFC 8617 (ARC).
"""

import contextlib
from collections.abc import Callable
from email.utils import getaddresses
from importlib.util import find_spec
from typing import Any

import dkim
import spf

from harkline.channels.email import dmarc
from harkline.channels.email.evidence_shape import Came, Evidence, fact

SIGNATURES = 5
KEYS = 8 * 1024  # characters of archived keys
# Answers as text: TXT and SPF joined, MX as "10 host".
Lookup = Callable[[str, str], list[str]]


class NoAnswer(Exception):
    """The DNS server did not answer, or too much was asked."""


def gather(raw: bytes, came: Came, lookup: Lookup) -> Evidence:
    """All that can be known now. Never raises."""
    keys: dict[str, str] = {}

    def txt(name: bytes | str, timeout: float = 5) -> str | None:
        asked = (name.decode("ascii", "replace") if isinstance(name, bytes) else name).rstrip(".").lower()
        found = "".join(lookup(asked, "TXT")[:1])
        if "._domainkey." in asked and found and sum(map(len, keys.values())) < KEYS:
            keys[asked] = found
        return found or None

    raw = b"\r\n".join(raw.splitlines()) + b"\r\n"
    signed = _dkim(raw, txt)
    sent = _spf(came, lookup)
    facts = [*signed, sent, *_dmarc(raw, signed, sent, lambda name: lookup(name, "TXT")), *_arc(raw, txt)]
    return Evidence(tuple(facts), tuple(keys.items()))


def warm() -> None:
    """Load what these libraries would load late, while files can still be opened."""
    rules = {"TXT": ["v=DMARC1; p=none"], "SPF": []}
    signature = b"DKIM-Signature: v=1; a=rsa-sha256; d=a.example; s=s; h=from; bh=AA==; b=AA==\r\n"
    gather(
        signature + b"From: a@a.example\r\n\r\n",
        Came("192.0.2.1", "a.example", "a@a.example"),
        lambda _n, k: rules.get(k, []),
    )


def _dkim(raw: bytes, txt: Callable[..., str | None]) -> list[dict[str, str]]:
    try:
        number = sum(name.lower() == b"dkim-signature" for name, _value in dkim.rfc822_parse(raw)[0])
    except Exception:  # no mail in form
        return [fact("dkim", "none")]
    return [_signature(raw, index, txt) for index in range(min(number, SIGNATURES))] or [fact("dkim", "none")]


def _signature(raw: bytes, index: int, txt: Callable[..., str | None]) -> dict[str, str]:
    one, result = dkim.DKIM(raw, minkey=1024), "fail"
    try:
        # A signature over the beginning alone (l=) lets anybody add to the end.
        if one.verify(index, dnsfunc=txt):
            result = "partial" if b"l" in (one.signature_fields or {}) else "pass"
    except (NoAnswer, dkim.KeyFormatError, dkim.DnsTimeoutError, dkim.UnknownKeyTypeError):
        result = "error"
    except Exception:  # malformed in one of many ways
        result = "fail"
    fields = one.signature_fields or {}
    if result == "fail" and b"ed25519" in fields.get(b"a", b"") and not find_spec("nacl"):
        result = "error"  # a kind of key that is not installed here
    return fact("dkim", result, (one.domain or fields.get(b"d", b"")).decode("ascii", "replace"))


def _spf(came: Came, lookup: Lookup) -> dict[str, str]:
    domain = (came.envelope_from or came.helo).rpartition("@")[2]
    if not came.ip or not domain:
        return fact("spf", "not_checked", domain)
    spf.DNSLookup = lambda name, kind, *_more, **_other: _answers(str(name), kind, lookup)
    try:
        result = spf.check2(i=came.ip, s=came.envelope_from or f"postmaster@{came.helo}", h=came.helo, querytime=0)[0]
    except Exception:
        result = "error"
    words = {"softfail": "fail", "neutral": "none", "permerror": "error", "temperror": "error"}
    return fact("spf", words.get(result, result), domain)


def _answers(name: str, kind: str, lookup: Lookup) -> list[tuple[tuple[str, str], Any]]:
    """In the shape that pyspf expects of DNS."""
    try:
        found = lookup(name.rstrip(".").lower(), kind)
    except NoAnswer as error:
        raise spf.TempError("no answer") from error
    if kind in ("TXT", "SPF"):
        return [((name, kind), (one.encode("utf-8", "replace"),)) for one in found]
    if kind == "MX":
        pairs = [one.partition(" ") for one in found]
        return [((name, kind), (int(number), host.rstrip("."))) for number, _blank, host in pairs]
    return [((name, kind), one.rstrip(".")) for one in found]


def _dmarc(raw: bytes, signed: list[dict[str, str]], sent: dict[str, str], text: dmarc.Text) -> list[dict[str, str]]:
    """Whether the domain that readers see in the From line stands behind one of the two."""
    domains = _authors(raw)
    if len(domains) != 1:
        return [fact("dmarc", "error")]
    passed = [one["domain"] for one in signed if one["result"] == "pass" and one["domain"]]
    by_server = sent["domain"] if sent["result"] == "pass" else ""
    try:
        return [fact("dmarc", dmarc.judge(domains[0], passed, by_server, text), domains[0])]
    except NoAnswer:
        return [fact("dmarc", "error", domains[0])]


def _authors(raw: bytes) -> list[str]:
    with contextlib.suppress(Exception):
        headers = [
            value.decode("utf-8", "replace") for name, value in dkim.rfc822_parse(raw)[0] if name.lower() == b"from"
        ]
        return [address.rpartition("@")[2].lower() for _name, address in getaddresses(headers) if "@" in address]
    return []


def _arc(raw: bytes, txt: Callable[..., str | None]) -> list[dict[str, str]]:
    """Said only where somebody on the way has vouched for something."""
    try:
        result, sets, _why = dkim.ARC(raw, minkey=1024).verify(dnsfunc=txt)
    except Exception:
        return []
    word = (result or b"none").decode("ascii", "replace")
    if word == "none":
        return []
    last = max(sets, key=lambda one: one["instance"], default=None) if sets else None
    return [
        fact("arc", "pass" if word == "pass" else "fail", last["as-domain"].decode("ascii", "replace") if last else "")
    ]
