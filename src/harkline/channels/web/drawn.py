"""Pages that differ from one caller to the next in a few marks alone are drawn once, and the marks filled in: drawing the form costs
more than taking what is written on it. Nothing of any caller is kept: only the page with its marks.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import get_script_prefix
from django.utils.translation import get_language

from harkline.channels.web import limits
from harkline.line import this
from harkline.notice import door

MOST = 100  # pages: the line's languages times the few that are drawn like this
_pages: dict[tuple[object, ...], str] = {}


def drawn(
    request: HttpRequest, template: str, told: Callable[[], Mapping[str, Any]], marks: Mapping[str, str], *differs: str
) -> HttpResponse:
    """The page of ``template`` and what ``told`` returns, with each of ``marks`` (a text in the page → what stands there instead; letters,
    digits and ``-_:+/=`` only). ``differs`` names whatever else the page depends on."""
    line = this.line()
    key = (template, get_language(), get_script_prefix(), request.method, request.path_info)
    key = (*key, line.name, *line.languages, limits.present(), door.mark(), *differs)
    page = _pages.get(key)
    if page is None:
        if len(_pages) >= MOST:
            _pages.clear()
        page = _pages[key] = render_to_string(template, dict(told()), request)
    for mark, value in marks.items():
        page = page.replace(mark, value)
    return HttpResponse(page)
