"""How numbers are written on the pages of figures, forecast and need."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()
NOTHING = "–"


@register.filter
def percent(share: float | None) -> str:
    """``87 %`` for 0.87; a dash where there is nothing to say."""
    return NOTHING if share is None else _("%s %%") % number_format(round(share * 100))


@register.filter
def number(value: float | None) -> str:
    """As many digits as mean something: ``0.04``, ``3.2``, ``48``."""
    if value is None:
        return NOTHING
    digits = 0 if abs(value) >= 20 or value == int(value) else 1 if abs(value) >= 1 else 2
    return number_format(round(value, digits), digits)


@register.filter
def count(counts: Mapping[str, int | None], name: str) -> int | str | SafeString:
    """One of the counts, or that it is hidden."""
    value = counts[name]
    if value is None:
        return format_html(
            '<abbr class="hidden-count" title="{}">·</abbr>', _("hidden: a small count, or one that would reveal it")
        )
    return value


@register.filter
def minutes(seconds: float) -> str:
    """Whole minutes of seconds."""
    return number_format(round(seconds / 60))


@register.filter
def of(mapping: Mapping[str, Any], key: str) -> Any:
    """What a mapping holds."""
    return mapping.get(key)
