"""Checks of the signed list of genuine addresses."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from harkline.line.models import Line
from harkline.notice import door, draft, keep, policy, publish, signing
from harkline.runtime import clock
from harkline.server import adapters
from harkline.server.check import Finding, Place, failure, note, warning

KEY_MODE = 0o600


def signed(place: Place) -> Iterator[Finding]:
    """Missing, run out, about to, or not what the addresses are."""
    adapters.use_count(place.settings)
    adapters.use_notice(place.settings)
    line = Line.objects.filter(pk=1).first()
    if line is None or line.set_up_at is None:
        return
    found = door.present()
    if found is None and not draft.addresses():
        return
    if found is None:
        yield warning("notice", _("No list of genuine addresses is signed."), _("Run: harkline notice sign --yes"))
        return
    row = publish.newest()
    if not found.valid:
        yield failure(
            "notice", _("The signed list of genuine addresses has run out."), _("Run: harkline notice sign --yes")
        )
    elif row and keep.ends_soon(row, clock.now()):
        yield warning(
            "notice", _("The signed list of genuine addresses runs out soon."), _("Run: harkline notice sign --yes")
        )
    if not policy.present().page:
        yield note(
            "notice",
            _("The list names no page: the line has no public address."),
            _("Set public_url in [web] of harkline.toml."),
        )
    yield from _drift()


def _drift() -> Iterator[Finding]:
    try:
        changes = publish.drafted()[1]
    except signing.NoKey as why:
        yield failure(
            "notice",
            _("The list of genuine addresses cannot be signed: %(why)s.") % {"why": why},
            _("Bring keys/ back from a backup, or run: harkline notice rotate --lost --yes"),
        )
        return
    if changes:
        yield warning(
            "notice",
            _("The addresses have changed and are not signed yet."),
            _("See “Genuine addresses” in the console, or run: harkline notice sign"),
        )


def secrets(place: Place) -> Iterator[Finding]:
    """The signing key is the owner's alone."""
    adapters.use_notice(place.settings)
    for path in policy.present().keys.glob("notice-*.key"):
        if path.stat().st_mode & 0o777 != KEY_MODE:
            yield failure("notice", _("Others can read the notice's signing key."), f"chmod 600 keys/{path.name}")


CHECKS = (signed, secrets)
