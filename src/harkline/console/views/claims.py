"""Claims about the figures, in three clicks: look, read what it says and reveals, publish. And how fresh what the world sees is."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.translation import gettext as _

from harkline.console.views.answers import conflict, held
from harkline.count import claims, policy, publish, receipts, state
from harkline.count.models import Batch, Claim
from harkline.line import this
from harkline.people.who import me


def show(request: HttpRequest) -> HttpResponse:
    """What was claimed, what can be, and how the log stands."""
    return _page(request)


def _page(request: HttpRequest, status: int = 200, **more: Any) -> HttpResponse:
    span = claims.span()
    rows = Claim.objects.select_related("first", "last", "made_by").order_by("-index")
    context = {
        "here": "claims",
        "on": policy.present().on,
        "state": state.state(),
        "stopped": state.STOPPED,
        "fingerprint": publish.fingerprint() if policy.present().on and state.state() else "",
        "columns": list(enumerate(policy.present().columns)),
        "totals": _totals(span),
        "span": span,
        "claims": [{"row": row, "sentence": claims.of(row)} for row in rows],
        "zone": this.zone(),
        "asked": {},
        **more,
    }
    return render(request, "console/claims.html", context, status=status)


def _totals(span: tuple[date, date] | None) -> list[int]:
    """What the line itself knows of each column, over all days. It is not published."""
    from harkline.count import sequence

    opened = [sequence.sums(row)[0] for row in Batch.objects.order_by("day")] if span else []
    return [sum(column) for column in zip(*opened, strict=True)]


def make(request: HttpRequest) -> HttpResponse:
    """Show what a claim would say; with ``publish`` pressed, say it."""
    if not policy.present().on:
        raise Http404
    given = {name: request.POST.get(name, "") for name in ("column", "first", "last", "relation", "value")}
    try:
        asked = _asked(given)
        if "publish" in request.POST:
            claims.make(asked, me(request).pk)
            return redirect("claims")
        return _page(request, preview=claims.preview(asked), asked=given)
    except claims.Refused as why:
        return _page(request, 422, problems=why.reasons, asked=given)


def _asked(given: dict[str, str]) -> claims.Asked:
    try:
        column, value = int(given["column"]), int(given["value"] or 0)
        return claims.Asked(
            column, date.fromisoformat(given["first"]), date.fromisoformat(given["last"]), given["relation"], value
        )
    except ValueError:
        raise claims.Refused([_("Say what is claimed, from which day to which, and how many.")]) from None


def receipt(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """The caller asks for a receipt by mail, by voice or by radio: they choose four digits, and are told the rest."""
    asked = held(request, contact_id)
    if not asked.mine or not receipts.offered():
        return conflict(request, _("It is not in your hand any more."))
    try:
        code = receipts.issue(str(asked.contact.attempt_id), request.POST.get("chosen", "").strip())
    except receipts.TooLate:
        return conflict(request, _("This contact is in the list already, under digits that nobody chose."))
    except receipts.NotNow:
        return conflict(request, _("The caller chooses four digits."), status=422)
    said = _("Tell the caller, or write it in the answer that they asked for:")
    return HttpResponse(format_html('<p>{} <strong class="ltr">{}</strong></p>', said, code))
