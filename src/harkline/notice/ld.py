"""The line's addresses as search engines read them: JSON-LD in the words of schema.org (Organization, ContactPoint). Pure."""

import json
from collections.abc import Sequence
from typing import Any

from harkline_verify.notice import DAYS, Address

_DAYS = dict(zip(DAYS, ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), strict=True))
# In <script>: nothing in it may end the element, or begin a comment.
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def script(document: dict[str, Any]) -> str:
    """The document as it stands between the tags of a data block."""
    return json.dumps(document, ensure_ascii=False).translate(_ESCAPES)


def organization(name: str, url: str, languages: Sequence[str], addresses: Sequence[Address]) -> dict[str, Any]:
    """The line, with a ContactPoint for each number, mail address and onion address. A call sign is reached by no browser: it is left out."""
    points = [point for one in addresses if (point := _point(one, languages))]
    made: dict[str, Any] = {"@context": "https://schema.org", "@type": "Organization", "name": name}
    if url:
        made["url"] = url
    return made | {"contactPoint": points} if points else made


def _point(one: Address, languages: Sequence[str]) -> dict[str, Any] | None:
    how = {"phone": "telephone", "sms": "telephone", "email": "email", "onion": "url"}.get(one.channel)
    if how is None:
        return None
    value = f"http://{one.value}/" if one.channel == "onion" else one.value
    made: dict[str, Any] = {"@type": "ContactPoint", "contactType": "hotline", how: value}
    if one.label:
        made["name"] = one.label
    made["availableLanguage"] = [one.language] if one.language else list(languages)
    return made | {"hoursAvailable": _hours(one)}


def _hours(one: Address) -> list[dict[str, Any]]:
    if not one.hours:
        return [_span(DAYS, "00:00", "23:59")]
    return [_span(some.days, some.opens, some.closes) for some in one.hours]


def _span(days: Sequence[str], opens: str, closes: str) -> dict[str, Any]:
    return {
        "@type": "OpeningHoursSpecification",
        "dayOfWeek": [f"https://schema.org/{_DAYS[day]}" for day in days],
        "opens": opens,
        "closes": closes,
    }
