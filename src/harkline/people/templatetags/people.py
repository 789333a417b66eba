"""What the pages of sign-in need in their templates."""

from collections.abc import Iterable

from django import template
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from harkline.runtime.apart import listed

register = template.Library()


@register.filter
def languages(codes: Iterable[str]) -> str:
    """Their names, with commas."""
    names = dict(settings.LANGUAGES)
    return listed(names.get(code, code) for code in codes)


@register.simple_tag
def svg(text: str) -> SafeString:
    """A QR picture that our own process drew, put inline without its XML declaration."""
    return mark_safe(text[text.index("<svg") :])  # noqa: S308  drawn by the qrcode package from a key of ours
