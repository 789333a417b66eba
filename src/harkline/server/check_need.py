"""Checks of the forecast and the need: holidays that are asked for and known, languages that somebody has to speak."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from harkline.line import this
from harkline.rota import special
from harkline.server.check import Finding, Place, failure, note, warning


def holidays(place: Place) -> Iterator[Finding]:
    """A country's holidays come from a package that is asked for."""
    country, region = place.settings.forecast.country, place.settings.forecast.region
    if not country:
        return
    if not special.known():
        yield note(
            "forecast",
            _("Public holidays are asked for, but nothing here knows them."),
            _("Run: pip install harkline[forecast]"),
        )
    elif not special.exists(country, region):
        yield failure(
            "forecast",
            _("Public holidays are known for no such country and region."),
            _("Look up country and region of [forecast] in harkline.toml: ISO 3166, such as GB and SCT."),
        )


def interpreted(place: Place) -> Iterator[Finding]:
    """An interpreter is named for languages that the line has, and not for all of them."""
    named, has = set(place.settings.need.interpreted), set(this.line().languages)
    if unknown := sorted(named - has):
        yield warning(
            "need",
            _("An interpreter is named for a language that the line does not have: %s.") % ", ".join(unknown),
            _("Correct interpreted in [need] of harkline.toml."),
        )
    if has and not has - named:
        yield failure(
            "need",
            _("Every language is left to interpreters: nobody on duty has to speak any."),
            _("Take the languages of your people out of interpreted in [need] of harkline.toml."),
        )


CHECKS = (holidays, interpreted)
