"""What the notice would say now: the line's published addresses, as they stand in the signed list."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from harkline.count import policy as count_policy
from harkline.count import publish as count_publish
from harkline.count import sequence
from harkline.line import addressing, mail_keys, radio, this
from harkline.line import models as line
from harkline.notice import policy
from harkline.runtime import clock
from harkline_verify.notes import Key
from harkline_verify.notice import DAYS, Address, Body, Hours, Standing, Withdrawn


def addresses() -> tuple[Address, ...]:
    """The published addresses, in the order in which they were added; the page first, where the line has one."""
    return tuple(_unique(_listed()))


def _listed() -> Iterator[Address]:
    page = policy.present().page
    if page:
        yield Address("page", f"{page.rstrip('/')}/")
    for row in this.addresses():
        if row.published and (found := of(row)):
            yield found


def _unique(some: Iterator[Address]) -> Iterator[Address]:
    seen = set()
    for one in some:
        if one.name not in seen:
            seen.add(one.name)
            yield one


def of(row: line.Address) -> Address | None:
    """An address as it stands in the notice; None for a page that has no address of its own."""
    if row.channel == line.Channel.RADIO:
        return _on_air(row)
    channel, value = row.channel, row.value
    if channel == line.Channel.WEB:
        if value.endswith(".onion"):
            channel = "onion"
        elif policy.present().page and value != "/":
            channel, value = "page", f"{policy.present().page.rstrip('/')}{value}"
        else:
            return None
    return Address(channel, value, row.label, row.language)


def _on_air(row: line.Address) -> Address:
    station = line.Station.objects.filter(address=row).first()
    if station is None:
        return Address("radio", row.value, row.label, row.language)
    frequency = addressing.on_air("", station.hertz).strip()
    mode = "APRS" if station.data else station.modulation.upper()
    hours = _hours(radio.nets_of(station))
    return Address("radio", station.call_sign, row.label, row.language, hours, f"{frequency} {mode}")


def _hours(nets: list[line.Net]) -> tuple[Hours, ...]:
    """The hours of the week, days with the same ones together."""
    days: dict[tuple[str, str], list[str]] = {}
    for net in nets:
        closes = datetime.combine(date.min, net.starts) + timedelta(minutes=net.minutes)
        days.setdefault((f"{net.starts:%H:%M}", f"{closes:%H:%M}"), []).append(DAYS[net.weekday])
    return tuple(Hours(tuple(some), *span) for span, some in days.items())


def body(key: Key, before: Body | None, digest: str, standing: Standing, revoked: tuple[Withdrawn, ...]) -> Body:
    """The next version, behind ``before`` (whose digest is ``digest``)."""
    found = this.line()
    now = clock.now().replace(microsecond=0)
    return Body(
        line=found.name,
        serial=before.serial + 1 if before else 1,
        issued=now,
        until=now + policy.present().lasts,
        key=key,
        addresses=addresses(),
        previous=digest,
        languages=tuple(found.languages),
        timezone=found.timezone,
        page=f"{policy.present().page.rstrip('/')}/notice" if policy.present().page else "",
        standing=standing,
        openpgp=tuple((row.address, row.fingerprint) for row in mail_keys.published()),
        count=_count(),
        revoked=revoked,
    )


def _count() -> tuple[str, str] | None:
    if not count_policy.present().on or sequence.log() is None:
        return None
    return count_policy.present().origin, count_publish.fingerprint()


@dataclass(frozen=True)
class Changes:
    """How what would be signed differs from what is. ``other`` names further parts, in fixed words."""

    added: tuple[Address, ...] = ()
    removed: tuple[Address, ...] = ()
    changed: tuple[tuple[Address, Address], ...] = ()
    other: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed or self.other)


PARTS = ("line", "languages", "timezone", "page", "openpgp", "count", "standing")


def changes(before: Body | None, after: Body) -> Changes:
    """Pure."""
    old = {one.name: one for one in before.addresses} if before else {}
    new = {one.name: one for one in after.addresses}
    return Changes(
        added=tuple(one for name, one in new.items() if name not in old),
        removed=tuple(one for name, one in old.items() if name not in new),
        changed=tuple((old[name], one) for name, one in new.items() if name in old and old[name] != one),
        other=tuple(part for part in PARTS if before and getattr(before, part) != getattr(after, part)),
    )
