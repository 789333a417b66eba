"""Checks of the open count: whether what the public sees is fresh, confirmed, and what the settings say."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from harkline.count import openings, policy, state
from harkline.count.models import Batch
from harkline.server import adapters
from harkline.server.check import Finding, Place, failure, note, warning

KEY_MODE = 0o600


def shown(place: Place) -> Iterator[Finding]:
    """Stopped, unfit, stale, or confirmed by nobody."""
    adapters.use_count(place.settings)
    found = state.state()
    if found is None:
        return
    if found.log.stopped:
        yield failure(
            "count",
            str(state.STOPPED.get(found.log.stopped, found.log.stopped)),
            _("Read “When something is wrong” in docs/howto/publish-figures.md before you touch anything."),
        )
    if not found.fits:
        yield failure(
            "count",
            _("The settings say something else than what the log began with."),
            _("Put [count] and [[column]] back as they were; a new set of columns is a new log under another origin."),
        )
    if found.stale:
        yield failure(
            "count",
            _("What the public sees of the figures is older than 36 hours."),
            _("Run: harkline count now, and see which witness does not confirm."),
        )
    for one in found.witnesses:
        if one.trouble:
            yield warning(
                "count",
                _("The witness %(name)s does not confirm: %(why)s.") % {"name": one.name, "why": one.trouble},
                _("Ask them. The others go on while there is a quorum."),
            )
    if not found.witnesses:
        yield note(
            "count",
            _("Nobody outside confirms the log: it could be rewritten unnoticed."),
            _("Name witnesses in [[witness]] of harkline.toml."),
        )


def secrets(place: Place) -> Iterator[Finding]:
    """The signing key is the owner's alone; what opens entries is destroyed when it is due, and is there until then."""
    adapters.use_count(place.settings)
    if not policy.present().on:
        return
    path = policy.present().key_file
    if path.is_file() and path.stat().st_mode & 0o777 != KEY_MODE:
        yield failure("count", _("Others can read the log's signing key."), _("Run: chmod 600 keys/count.key"))
    lost = [row.day for row in Batch.objects.filter(erased_at=None) if not openings.path(row.day).is_file()]
    if lost:
        yield warning(
            "count",
            _("What opens the entries of %(days)s days is gone before its time: they cannot be audited.")
            % {"days": len(lost)},
            _("See who or what removes files in keys/openings."),
        )


CHECKS = (shown, secrets)
