"""Checks of what is kept: the clock by which it is removed, the audit chain, and whether its end is told to the outside."""

from collections.abc import Iterator
from datetime import timedelta

from django.utils.translation import gettext as _

from harkline.audit import chain
from harkline.audit.models import Head, Record
from harkline.records import guard
from harkline.runtime import clock
from harkline.server.check import Finding, Place, failure, note, warning

LATE = timedelta(days=2)


def removal(place: Place) -> Iterator[Finding]:
    """Nothing is removed after a jump of the clock until somebody has looked."""
    if guard.suspended():
        yield warning(
            "retention",
            _("The clock has jumped: nothing is removed until a person confirms it."),
            _("Compare the clock with another; then press “The clock is right” on the page “Retention”."),
        )


def audit(place: Place) -> Iterator[Finding]:
    """The chain ends where it says, and its end left the host yesterday."""
    state = chain.state()
    if state is None:
        return
    last = Record.objects.order_by("-sequence").first()
    if last is None or (last.sequence, bytes(last.link)) != (state.sequence, state.link):
        yield failure("audit", _("Audit records are missing or altered."), _("Run: harkline audit verify --head FILE"))
    if chain.first_key() is not None:
        yield note(
            "audit",
            _("The first key of the audit chain is still on this host."),
            _("Run: harkline audit key, keep it on paper elsewhere, then harkline audit key --forget"),
        )
    yield from _told(place)


def _told(place: Place) -> Iterator[Finding]:
    first = Record.objects.order_by("sequence").first()
    last = Head.objects.order_by("-day").first()
    begun = first.minute if first else clock.now()
    if clock.now() - begun > LATE and (last is None or clock.now().date() - last.day > LATE):
        yield warning(
            "audit", _("No daily head was made for two days."), _("See the server's log; it is made at ten past three.")
        )
    if not place.settings.audit.officers:
        yield note(
            "audit",
            _("Nobody outside is told where the audit chain ends."),
            _("Name two officers in [audit] of harkline.toml, or print the sheet on the page “Audit” every day."),
        )


CHECKS = (removal, audit)
