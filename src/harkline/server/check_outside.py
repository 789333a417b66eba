"""Checks of what is kept ready for bad days: looking at the line from outside, and the pack on paper."""

from collections.abc import Iterator
from importlib.util import find_spec

from django.utils.translation import gettext as _

from harkline.line.models import Line
from harkline.paper import pack
from harkline.runtime import clock
from harkline.server.check import Finding, Place, failure, note, warning


def outside(place: Place) -> Iterator[Finding]:
    """What is asked for can be done."""
    wanted = place.settings.outside
    if wanted.resolver and not find_spec("dns"):
        yield failure(
            "outside",
            _("The line's names are to be looked up, but nothing here can ask a DNS server."),
            _("Run: pip install 'harkline[mail-evidence]'"),
        )
    if wanted.vantage and not place.settings.web.public_url:
        yield warning(
            "outside",
            _("There is a place to look from, but no public page to look at."),
            _("Set public_url in [web] of harkline.toml."),
        )
    if wanted.lookalikes and not wanted.resolver:
        yield warning(
            "outside",
            _("Look-alike names are to be looked for, but no DNS server is named."),
            _("Set resolver in [outside] of harkline.toml."),
        )


def on_paper(place: Place) -> Iterator[Finding]:
    """A pack lies ready whose rota has not run out."""
    if not Line.objects.exclude(set_up_at=None).exists():
        return
    last = pack.last()
    if last is None or clock.now() - last.made_at > pack.STALE:
        yield note(
            "paper",
            _("No fallback pack of the last two weeks lies ready for when everything is down."),
            _("Make one on the page “Fallback pack” or with harkline fallback, print it, and destroy the old."),
        )


CHECKS = (outside, on_paper)
