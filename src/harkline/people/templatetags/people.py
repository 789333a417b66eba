"""What the pages of sign-in need in their templates."""

from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag
def svg(text: str) -> SafeString:
    """A QR picture that our own process drew, put inline without its XML declaration."""
    return mark_safe(text[text.index("<svg") :])  # noqa: S308  drawn by the qrcode package from a key of ours
