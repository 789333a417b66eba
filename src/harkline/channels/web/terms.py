"""What the server must know of a caller's terms in order to refuse: hours and the like, from the form or beside what a browser sealed.

A mistake in them loses nothing that was written: the terms then name no safe window, and nobody is called before a person has asked.
"""

from datetime import date
from typing import Any

from harkline.routing import callback
from harkline.routing.lines import Given, SafeWindow


def given(post: Any, number_given: bool) -> Given:
    """From the form's fields ``asked``, ``zone``, ``day`` (many), ``opens``, ``closes``, ``first_day``, ``last_day``, ``shown``."""
    shown = "withheld" if post.get("shown", "") in ("", "withheld") else str(post["shown"])
    return Given(
        consent={"me": "caller", "other": "other"}.get(post.get("asked", ""), ""),
        zone=_zone(post.get("zone", "")),
        windows=_windows(post.getlist("day"), post.get("opens", ""), post.get("closes", "")),
        number_given=number_given,
        shown=shown,
        first_day=_day(post.get("first_day", "")),
        last_day=_day(post.get("last_day", "")),
    )


def bare(told: Given) -> Given:
    """What is left where the rest makes no sense."""
    return Given(consent=told.consent, number_given=told.number_given)


def _zone(name: str) -> str:
    try:
        callback.zone(name)
    except ValueError:
        return ""
    return name


def _windows(days: list[str], opens: str, closes: str) -> tuple[SafeWindow, ...]:
    try:
        return (callback.window(map(int, days), opens, closes),)
    except ValueError:
        return ()


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
