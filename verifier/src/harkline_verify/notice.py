"""The notice: a line's genuine addresses, as JSON inside a signed note (docs/reference/notice-format.md).

The note's text *is* the JSON document and its last newline; nothing else that a notice key signs begins with a brace. Unknown
members are left alone, so that later lines can say more; a member that stands twice is refused, so that no two readers see two.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from harkline_verify.errors import Refused
from harkline_verify.notes import Key, Note

TYPE = "harkline-notice/v1"
ROTATED = "harkline-notice-key/v1"
REVOKED = "harkline-notice-key-revoked/v1"
CHANNELS = ("phone", "sms", "email", "page", "onion", "radio")
DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
OPEN, CLOSED, EMERGENCY, SUCCEEDED = STATES = ("open", "closed", "emergency", "succeeded")
MOST_ADDRESSES = 500

_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00")
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Hours:
    """On these days of the week (Mo … Su), from ``opens`` to ``closes`` by the notice's time zone. ``closes`` may lie after midnight."""

    days: tuple[str, ...]
    opens: str
    closes: str


@dataclass(frozen=True)
class Address:
    """One genuine way to reach the line. ``hours`` empty: at every hour. Of a radio, ``value`` is the call sign and
    ``frequency`` where it is, as in ``145.500 MHz FM``."""

    channel: str
    value: str
    label: str = ""
    language: str = ""
    hours: tuple[Hours, ...] = ()
    frequency: str = ""

    @property
    def name(self) -> tuple[str, str, str]:
        """By what it is the same address, whatever else is said of it."""
        return self.channel, self.value, self.frequency


@dataclass(frozen=True)
class Successor:
    """Who goes on: the organisation's name, where its own notice is, and the key of it."""

    name: str
    page: str = ""
    key: str = ""


@dataclass(frozen=True)
class Standing:
    """Whether the line is there. ``since`` is the moment from which a state other than open holds; until then the line is open."""

    state: str = OPEN
    since: datetime | None = None
    successor: Successor | None = None

    def at(self, moment: datetime) -> str:
        """What holds at a moment."""
        return OPEN if self.since is not None and moment < self.since else self.state


@dataclass(frozen=True)
class Withdrawn:
    """An earlier version that must not be believed any more: its serial, the digest of its text, when, and why in a few words."""

    serial: int
    digest: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True)
class Body:
    """What a notice says. Moments are aware, in whole seconds. ``previous`` is the digest of the version before it."""

    line: str
    serial: int
    issued: datetime
    until: datetime
    key: Key
    addresses: tuple[Address, ...] = ()
    previous: str = ""
    languages: tuple[str, ...] = ()
    timezone: str = "UTC"
    page: str = ""
    standing: Standing = Standing()
    openpgp: tuple[tuple[str, str], ...] = ()
    count: tuple[str, str] | None = None
    revoked: tuple[Withdrawn, ...] = ()

    def text(self) -> str:
        """The text that is signed."""
        return written(_as_json(self))

    @classmethod
    def parse(cls, text: str) -> "Body":
        """Raises Refused, naming what is wrong. Nothing is verified."""
        return _body(_Members(read(text), "notice"))


@dataclass(frozen=True)
class Signed:
    """A notice as a signed note whose signature by the key that it names holds."""

    note: str
    body: Body
    signers: frozenset[Key]

    @property
    def text(self) -> str:
        """What was signed."""
        return Note.parse(self.note).text

    @property
    def digest(self) -> str:
        """SHA-256 of what was signed, 64 hexadecimal digits: by it a version is named."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @classmethod
    def parse(cls, data: str | bytes) -> "Signed":
        """Raises Refused. Whether its key is the right one is another question (``trust``)."""
        note = Note.parse(data)
        body = Body.parse(note.text)
        signers = frozenset(note.verified([body.key]))
        if not signers:
            raise Refused("the notice is not signed by the key that it names")
        return cls(data if isinstance(data, str) else data.decode("utf-8"), body, signers)


def written(document: Mapping[str, Any]) -> str:
    """A JSON document as it is signed: no control character but the newline, which ends it."""
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def read(text: str) -> dict[str, Any]:
    """The document again. Raises Refused for anything else, and for a member that stands twice."""
    try:
        found = json.loads(text, object_pairs_hook=_once)
    except ValueError as error:
        raise error if isinstance(error, Refused) else Refused("not a JSON document") from error
    except RecursionError as error:
        raise Refused("not a JSON document") from error
    if not isinstance(found, dict):
        raise Refused("not a JSON object")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise Refused("a member stands twice")
    return made


def moment(at: datetime) -> str:
    """A moment as it is written: 2026-11-27T08:00:00Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _as_json(body: Body) -> dict[str, Any]:
    return {
        "type": TYPE,
        "line": body.line,
        "serial": body.serial,
        "previous": body.previous or None,
        "issued": moment(body.issued),
        "until": moment(body.until),
        "key": str(body.key),
        "standing": standing_json(body.standing),
        "page": body.page or None,
        "languages": list(body.languages),
        "timezone": body.timezone,
        "addresses": [address_json(one) for one in body.addresses],
        "openpgp": [{"address": address, "fingerprint": print_} for address, print_ in body.openpgp],
        "count": {"origin": body.count[0], "policy": body.count[1]} if body.count else None,
        "revoked": [
            {"serial": one.serial, "digest": one.digest, "at": moment(one.at), "reason": one.reason}
            for one in body.revoked
        ],
    }


def address_json(one: Address) -> dict[str, Any]:
    """An address as it stands in the document; what is empty is left out, and no hours are ``always``."""
    made: dict[str, Any] = {"channel": one.channel, "value": one.value}
    made |= {name: value for name in ("label", "language", "frequency") if (value := getattr(one, name))}
    hours = [{"days": list(some.days), "opens": some.opens, "closes": some.closes} for some in one.hours]
    return made | {"hours": hours or "always"}


def standing_json(one: Standing) -> dict[str, Any]:
    """A standing as it stands in the document."""
    made: dict[str, Any] = {"state": one.state}
    if one.since is not None:
        made["since"] = moment(one.since)
    if one.successor is not None:
        to = one.successor
        made["successor"] = {"name": to.name, "page": to.page or None, "key": to.key or None}
    return made


class _Members:
    """The members of an object, each asked for by name and kind."""

    def __init__(self, found: Any, what: str) -> None:
        if not isinstance(found, dict):
            raise Refused(f"the {what} is not a JSON object")
        self.found, self.what = found, what

    def text(self, name: str, default: str | None = None) -> str:
        value = self.found.get(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or (not value and default is None):
            raise Refused(f"the {self.what} lacks “{name}”")
        return value

    def matching(self, name: str, pattern: re.Pattern[str]) -> str:
        value = self.text(name)
        if pattern.fullmatch(value) is None:
            raise Refused(f"“{name}” of the {self.what} is malformed")
        return value

    def number(self, name: str) -> int:
        value = self.found.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 2**53:
            raise Refused(f"“{name}” of the {self.what} is no positive number")
        return value

    def moment(self, name: str) -> datetime:
        try:
            return datetime.strptime(self.text(name), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        except ValueError as error:
            raise Refused(f"“{name}” of the {self.what} is no moment, as in 2026-11-27T08:00:00Z") from error

    def each(self, name: str) -> list[Any]:
        value = self.found.get(name) or []
        if not isinstance(value, list) or len(value) > MOST_ADDRESSES:
            raise Refused(f"“{name}” of the {self.what} is no list, or too long")
        return value

    def one_of(self, name: str, allowed: Iterable[str]) -> str:
        value = self.text(name)
        if value not in allowed:
            raise Refused(f"“{name}” of the {self.what} is a word that is not known")
        return value


def _body(of: _Members) -> Body:
    if of.found.get("type") != TYPE:
        raise Refused(f"not a notice of a kind that is known here ({TYPE})")
    issued, until = of.moment("issued"), of.moment("until")
    if until <= issued:
        raise Refused("the notice ends before it begins")
    return Body(
        line=of.text("line"),
        serial=of.number("serial"),
        issued=issued,
        until=until,
        key=Key.parse(of.text("key")),
        addresses=tuple(_address(_Members(one, "address")) for one in of.each("addresses")),
        previous=of.matching("previous", _DIGEST) if of.found.get("previous") else "",
        languages=tuple(_words(of.each("languages"))),
        timezone=of.text("timezone", "UTC"),
        page=of.text("page", ""),
        standing=_standing(_Members(of.found.get("standing") or {"state": OPEN}, "standing")),
        openpgp=tuple(_print(_Members(one, "OpenPGP key")) for one in of.each("openpgp")),
        count=_count(_Members(of.found["count"], "count")) if of.found.get("count") else None,
        revoked=tuple(_withdrawn(_Members(one, "revocation")) for one in of.each("revoked")),
    )


def _words(some: list[Any]) -> list[str]:
    if not all(isinstance(one, str) and one for one in some):
        raise Refused("a word is missing in a list of words")
    return some


def _address(of: _Members) -> Address:
    return Address(
        of.one_of("channel", CHANNELS),
        of.text("value"),
        of.text("label", ""),
        of.text("language", ""),
        () if of.found.get("hours", "always") == "always" else tuple(map(_hours, of.each("hours"))),
        of.text("frequency", ""),
    )


def _hours(found: Any) -> Hours:
    of = _Members(found, "hours")
    days = tuple(_words(of.each("days")))
    if not days or set(days) - set(DAYS):
        raise Refused("days are Mo, Tu, We, Th, Fr, Sa, Su")
    return Hours(days, of.matching("opens", _TIME), of.matching("closes", _TIME))


def _standing(of: _Members) -> Standing:
    to = of.found.get("successor")
    state = of.one_of("state", STATES)
    if state == SUCCEEDED and not to:
        raise Refused("a line that was succeeded names by whom")
    since = of.moment("since") if of.found.get("since") else None
    return Standing(state, since, _successor(_Members(to, "successor")) if to else None)


def standing_from(found: Mapping[str, Any]) -> Standing:
    """The inverse of ``standing_json``. Raises Refused."""
    return _standing(_Members(dict(found), "standing"))


def _successor(of: _Members) -> Successor:
    return Successor(of.text("name"), of.text("page", ""), of.text("key", ""))


def _print(of: _Members) -> tuple[str, str]:
    return of.text("address"), of.text("fingerprint")


def _count(of: _Members) -> tuple[str, str]:
    return of.text("origin"), of.text("policy")


def _withdrawn(of: _Members) -> Withdrawn:
    return Withdrawn(of.number("serial"), of.matching("digest", _DIGEST), of.moment("at"), of.text("reason", ""))


# --- keys ----------------------------------------------------------------------------------------------------------------------------


def rotation(old: Key, new: Key, at: datetime) -> str:
    """The text by which a key hands over to another; both sign it."""
    return written({"type": ROTATED, "old": str(old), "new": str(new), "at": moment(at)})


def key_revocation(key: Key, at: datetime, reason: str = "") -> str:
    """The text by which a key says that it must not be believed any more; it signs it itself, so whoever stole it gains nothing."""
    return written({"type": REVOKED, "key": str(key), "at": moment(at), "reason": reason})


def handed_over(note: str) -> tuple[Key, Key]:
    """From which key to which. Raises Refused where not both have signed it."""
    parsed = Note.parse(note)
    of = _Members(read(parsed.text), "hand-over")
    if of.found.get("type") != ROTATED:
        raise Refused("not a hand-over of a notice key")
    old, new = Key.parse(of.text("old")), Key.parse(of.text("new"))
    if set(parsed.verified([old, new])) != {old, new}:
        raise Refused("a hand-over that is not signed by both keys")
    return old, new


def key_withdrawn(note: str) -> tuple[Key, datetime]:
    """Which key was revoked, and when. Raises Refused where it has not signed it."""
    parsed = Note.parse(note)
    of = _Members(read(parsed.text), "revocation")
    if of.found.get("type") != REVOKED:
        raise Refused("not a revocation of a notice key")
    key = Key.parse(of.text("key"))
    if key not in parsed.verified([key]):
        raise Refused("a revocation that its own key has not signed")
    return key, of.moment("at")


def followed(trusted: Key, rotations: Iterable[str]) -> Key:
    """The key to which the trusted one has come, hand-over by hand-over, each from the key before it. What leads from another key
    is passed over; a hand-over that is malformed is refused."""
    steps: dict[Key, Key] = {}
    for note in rotations:
        old, new = handed_over(note)
        steps.setdefault(old, new)
    seen, key = {trusted}, trusted
    while (following := steps.get(key)) and following not in seen:
        seen.add(following)
        key = following
    return key
