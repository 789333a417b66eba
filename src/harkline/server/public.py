"""What every public page shows around its own content."""

from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language_info

from harkline.line import this
from harkline.line.models import Line
from harkline.notice import door, words


def page(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``line_name``; ``line_languages`` as (code, own name, address of this page in it); ``line_told``, what is to be
    said of a line that is not simply open.

    All are looked up when a template asks, so that a page without them costs no query, and an error page cannot fail on them.
    """
    return {
        "line_name": SimpleLazyObject(_name),
        "line_languages": SimpleLazyObject(lambda: _languages(request)),
        "line_told": SimpleLazyObject(_told),
    }


def _name() -> str:
    try:
        return this.line().name
    except Line.DoesNotExist:
        return ""


def _told() -> words.Told | None:
    try:
        return words.told(door.standing())
    except DatabaseError:
        return None  # an error page is drawn whatever is wrong


def _languages(request: HttpRequest) -> list[tuple[str, str, str]]:
    # The answer to a form has no address of its own to come back to.
    if request.method not in ("GET", "HEAD"):
        return []
    try:
        spoken = this.line().languages
    except Line.DoesNotExist:
        return []
    if len(spoken) < 2:
        return []
    return [(code, str(get_language_info(code)["name_local"]), f"/{code}{request.path_info}") for code in spoken]
