"""Known in every template without being loaded (``TEMPLATES`` in the settings)."""

from django import template

from harkline.runtime import apart as isolates
from harkline.runtime import digits as forms

register = template.Library()


@register.filter
def apart(text: object) -> str:
    """A day, a number or an address within a sentence, which keeps its own direction."""
    return isolates.apart(text)


@register.filter(is_safe=True)
def digits(text: object) -> str:
    """With the digits of the language. For what is read on a caller's page, and never typed or dialled."""
    return forms.read(text)
