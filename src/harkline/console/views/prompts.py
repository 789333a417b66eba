"""The spoken prompts: hear each, record it in the browser, review what a colleague recorded."""

import struct

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from harkline.console.views.answers import conflict
from harkline.line import prompts, prompts_text, this
from harkline.line.models import PromptState
from harkline.people.roles import Action, may
from harkline.people.who import me

RATE = 8000
NO_WORDS = "zxx"  # ISO 639-2: no linguistic content


def show(request: HttpRequest) -> HttpResponse:
    """The list, a language at a time."""
    languages = this.line().languages
    chosen = request.GET.get("language", "")
    chosen = chosen if chosen in (*languages, NO_WORDS) else languages[0]
    rows = [one for one in prompts.listing(languages) if one.language == _code(chosen)]
    context = {
        "here": "prompts",
        "rows": rows,
        "languages": [*languages, NO_WORDS],
        "chosen": chosen,
        "counts": {state: sum(row.state == state for row in rows) for state in PromptState.values},
        "may_change": may(me(request), Action.LINE),
        "longest": prompts.LONGEST,
        "draft": _is_draft(_code(chosen)),
    }
    return render(request, "console/prompts.html", context)


def _is_draft(language: str) -> bool:
    """Whether the words themselves await a native speaker, whoever reads them aloud."""
    found = prompts_text.languages().get(language)
    return found is not None and found.state == "draft"


def _code(language: str) -> str:
    return "" if language == NO_WORDS else language


def _row(request: HttpRequest, key: str, language: str) -> HttpResponse:
    row = next(
        (one for one in prompts.listing([language]) if (one.key, one.language) == (key, _code(language))),
        None,
    )
    if row is None:
        raise Http404
    context = {"row": row, "chosen": language, "may_change": may(me(request), Action.LINE)}
    return render(request, "console/prompt.html", context)


def hear(request: HttpRequest, key: str, language: str) -> HttpResponse:
    """What a caller hears now, as a WAV file."""
    try:
        pcm = prompts.heard(key, _code(language))
    except KeyError as error:
        raise Http404 from error
    return HttpResponse(wav(pcm), content_type="audio/wav")


def wav(pcm: bytes) -> bytes:
    """A RIFF header of 44 bytes before 8 kHz signed 16-bit mono samples."""
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, RATE, RATE * 2, 2, 16)
    data = struct.pack("<4sI", b"data", len(pcm)) + pcm
    return struct.pack("<4sI4s", b"RIFF", 4 + len(form) + len(data), b"WAVE") + form + data


def replace(request: HttpRequest, key: str, language: str) -> HttpResponse:
    """Put a recording (8 kHz s16le, no header) in its place; it awaits review."""
    try:
        prompts.replace(key, _code(language), request.body)
    except KeyError as error:
        raise Http404 from error
    except ValueError:
        sentence = _("A recording lasts up to %(seconds)g seconds and is not empty.")
        return conflict(request, sentence % {"seconds": prompts.LONGEST}, status=422)
    return _row(request, key, language)


def withdraw(request: HttpRequest, key: str, language: str) -> HttpResponse:
    """Go back to the draft."""
    prompts.withdraw(key, _code(language))
    return _row(request, key, language)


def review(request: HttpRequest, key: str, language: str) -> HttpResponse:
    """It was heard, and is right."""
    if not prompts.review(key, _code(language)):
        return conflict(request, _("There is no recording that awaits review."))
    return _row(request, key, language)
