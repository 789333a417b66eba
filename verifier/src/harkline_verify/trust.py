"""Whether a notice is to be believed: by the key that a reader trusts, by its time, and by what is known of later versions. Pure.

A signature says who wrote a list and not that it is the last one. A list that was withdrawn still has its signature. What shows that it
is out of date is a later version: the one that is served, one that this reader has seen before, or the log's.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any

from harkline_verify import notice
from harkline_verify.errors import Refused
from harkline_verify.notes import Key
from harkline_verify.notice import Signed
from harkline_verify.report import Listed

SKEW = timedelta(hours=24)  # a clock that is wrong by less is nobody's fault


class Verdict(IntEnum):
    """The command's exit codes, the same numbers as for a log where they mean the same."""

    HOLDS = 0
    REFUSED = 1
    TWO_LISTS = 4
    NO_KEY = 5


@dataclass(frozen=True)
class Document:
    """What was read: a signed note, alone or with hand-overs and revocations of keys around it."""

    signed: Signed
    hand_overs: tuple[str, ...] = ()
    revoked_keys: tuple[str, ...] = ()

    @classmethod
    def parse(cls, data: bytes) -> "Document":
        """Raises Refused for anything else, and for JSON that says something else than what was signed."""
        if not data.lstrip().startswith(b"{") or b"\n\n\xe2\x80\x94 " in data:
            return cls(Signed.parse(data))
        try:
            found = notice.read(data.decode("utf-8"))
        except UnicodeDecodeError as error:
            raise Refused("neither a signed note nor JSON") from error
        if not isinstance(found.get("note"), str):
            raise Refused("JSON without a signed note in it")
        signed = Signed.parse(found["note"])
        if "notice" in found and found["notice"] != notice.read(signed.text):
            raise Refused("the JSON says something else than what was signed in it")
        return cls(signed, _texts(found, "hand_overs"), _texts(found, "revoked_keys"))


def _texts(found: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = found.get(name) or []
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise Refused(f"“{name}” is no list of signed notes")
    return tuple(value)


@dataclass(frozen=True)
class Seen:
    """What a reader knows from before: the newest version, and the digests of those that were revoked."""

    serial: int
    digest: str
    revoked: frozenset[str] = frozenset()
    where: str = "your last visit"

    @classmethod
    def of(cls, signed: Signed, where: str) -> "Seen":
        """From another copy of the list."""
        return cls(signed.body.serial, signed.digest, frozenset(one.digest for one in signed.body.revoked), where)

    @classmethod
    def of_log(cls, listed: Mapping[int, Listed]) -> "Seen | None":
        """From a verified log of the line; None where it holds no notice."""
        if not listed:
            return None
        newest = max(listed)
        gone = frozenset(one.digest for one in listed.values() if one.revoked)
        return cls(newest, listed[newest].digest, gone, "the log")


@dataclass
class Judged:
    """The outcome: a verdict and its reasons. ``key``: whether the line's key is the reader's own, or one to which it handed over."""

    signed: Signed
    verdict: Verdict = Verdict.HOLDS
    reasons: list[str] = field(default_factory=list)
    handed_over: bool = False

    def refuse(self, reason: str, verdict: Verdict = Verdict.REFUSED) -> None:
        """The first reason decides the verdict."""
        if self.verdict in (Verdict.HOLDS, Verdict.NO_KEY):
            self.verdict = verdict
        self.reasons.append(reason)


def judge(document: Document, trusted: Key | None, now: datetime, seen: Iterable[Seen] = ()) -> Judged:
    """Judge a document whose own signature holds already. Raises Refused for a hand-over or a revocation that is malformed."""
    judged = Judged(document.signed)
    _key(judged, document, trusted)
    _time(judged, now)
    for one in seen:
        _later(judged, one)
    return judged


def _key(judged: Judged, document: Document, trusted: Key | None) -> None:
    key = judged.signed.body.key
    revoked = dict(map(notice.key_withdrawn, document.revoked_keys))
    if trusted is None:
        judged.verdict = Verdict.NO_KEY
        judged.reasons.append(
            f"Signed with {key}. Whether that is the line's key you have to know from somebody you trust: --key."
        )
    elif notice.followed(trusted, document.hand_overs) != key:
        judged.refuse(f"Signed with another key than yours, and yours has not handed over to it: {key}.")
    judged.handed_over = trusted is not None and trusted != key
    for one in _way(trusted, key, document.hand_overs):
        if one in revoked:
            judged.refuse(
                f"The key {one.name}+{one.id.hex()} was revoked on {revoked[one].date()}: it may have been stolen. "
                "Get the line's key once more from somebody you trust."
            )


def _way(trusted: Key | None, key: Key, hand_overs: Sequence[str]) -> list[Key]:
    """Every key from the trusted one to the one that signed."""
    steps = [notice.handed_over(one) for one in hand_overs]
    way = [key] if trusted is None or trusted == key else [trusted]
    while way[-1] != key:
        following = next((new for old, new in steps if old == way[-1] and new not in way), None)
        if following is None:
            return [*way, key]
        way.append(following)
    return way


def _time(judged: Judged, now: datetime) -> None:
    body = judged.signed.body
    if now >= body.until:
        judged.refuse(f"It ran out on {body.until.date()}.")
    if body.issued > now + SKEW:
        judged.refuse(f"It is dated {body.issued.date()}, which is still to come: your clock is wrong, or the list is.")


def _later(judged: Judged, seen: Seen) -> None:
    mine = judged.signed
    if mine.digest in seen.revoked:
        judged.refuse(f"Version {mine.body.serial} was revoked, as {seen.where} shows.")
    elif mine.body.serial < seen.serial:
        judged.refuse(f"Version {mine.body.serial} is out of date: {seen.where} has version {seen.serial}.")
    elif mine.body.serial == seen.serial and mine.digest != seen.digest:
        judged.refuse(
            f"There are two different versions {seen.serial}, this one and that of {seen.where}: keep both.",
            Verdict.TWO_LISTS,
        )
