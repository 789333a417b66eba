"""Known in every template without being loaded (``TEMPLATES`` in the settings)."""

from django import template

from harkline.runtime import apart as isolates

register = template.Library()


@register.filter
def apart(text: object) -> str:
    """A day, a number or an address within a sentence, which keeps its own direction."""
    return isolates.apart(text)
