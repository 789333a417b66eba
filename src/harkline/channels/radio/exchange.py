"""The check of a contact card beside a contact in hand: a fragment of the console's screen.

The answer of somebody who is forced leads to the same fragment, byte for byte, as that of somebody free.
"""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from harkline.channels.radio import alphabet, draws, keys, who
from harkline.channels.radio.card import Heard
from harkline.channels.radio.card_views import day
from harkline.channels.radio.draws import No
from harkline.channels.radio.words import NO
from harkline.intake import exclusions
from harkline.line.models import Band
from harkline.routing import lines, on_air

PAD = [(one, alphabet.WORDS[one]) for one in alphabet.LETTERS]


def show(request: HttpRequest, contact_id: UUID, **more: Any) -> HttpResponse:
    """How it stands: nothing asked yet, a line that waits for its answer, or what came of it. With ``?again`` another line is asked for;
    the one before stays used."""
    if "again" in request.GET:
        more["asking"] = True
    now = draws.standing(str(contact_id))
    context = {
        "contact_id": contact_id,
        "now": now,
        "mine": _mine(request, contact_id),
        "amateur": on_air.band(str(contact_id)) == Band.AMATEUR,
        "pad": PAD,
        **(_said(request, now) if now else {}),
        **more,
    }
    return render(request, "radio/exchange.html", context)


def _said(request: HttpRequest, now: draws.Exchange) -> dict[str, Any]:
    row = now.draw
    column = alphabet.COLUMNS[row.column]
    hidden = row.card.thread is not None and exclusions.hidden(request.user).filter(thread_id=row.card.thread).exists()  # type: ignore[arg-type]
    return {
        "name_spoken": alphabet.spoken(row.card.name),
        "line_spoken": alphabet.spoken(str(row.line)),
        "column": column,
        "column_spoken": alphabet.WORDS[column],
        "words_wanted": row.card.letters + 1,
        "countersign_spoken": alphabet.spoken(now.countersign),
        "label": "" if hidden or not now.recognised else keys.label_of(row.card),
    }


def _mine(request: HttpRequest, contact_id: UUID) -> bool:
    there = lines.standing(str(contact_id))
    return there.operator_id == request.user.pk and there.state == "in_hand"


def draw(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """The caller has named card and line."""
    name, line = request.POST.get("card", ""), alphabet.heard(request.POST.get("line", ""))
    if not _mine(request, contact_id):
        return show(request, contact_id)
    try:
        draws.draw(str(contact_id), who.pk(request), name, int(line) if line.isdecimal() else 0)
    except No as no:
        return show(request, contact_id, problem=_why(no), typed_card=name[:20], typed_line=line[:4], asking=True)
    return show(request, contact_id)


def answer(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """The caller has answered with letters."""
    if not _mine(request, contact_id):
        return show(request, contact_id)
    try:
        heard = draws.answer(str(contact_id), who.pk(request), request.POST.get("answer", ""))
    except No as no:
        return show(request, contact_id, problem=_why(no))
    return show(request, contact_id, garbled=heard is Heard.GARBLED)


def _why(no: No) -> str:
    return str(NO[no.word]).replace("{at}", day(no.at) if no.at else "–")
