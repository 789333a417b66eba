"""The pages of contact cards: issued, shown once for the printer, ended."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from harkline.channels.radio import alphabet, card, guesses, issue, keys, policy, who
from harkline.channels.radio.models import Card, EndReason
from harkline.intake import exclusions, receive
from harkline.line import this
from harkline.runtime import clock
from harkline.runtime.apart import apart

DAYS = (30, 90, 180, 365, 730)


@dataclass(frozen=True)
class Listed:
    """A card as the list shows it. ``label`` is empty for whom its caller's case does not exist."""

    row: Card
    label: str
    linked: bool
    left: int

    @property
    def spoken(self) -> str:
        """Its name in words."""
        return alphabet.spoken(self.row.name)

    @property
    def state(self) -> str:
        """ended, expired, unprinted, used_up or good."""
        if self.row.ended_at:
            return "ended"
        if self.row.expires_at <= clock.now():
            return "expired"
        if self.row.printed_at is None:
            return "unprinted"
        return "good" if self.left else "used_up"


def listing(request: HttpRequest, problem: str = "", status: int = 200) -> HttpResponse:
    """All cards, those that count first."""
    hidden = set(exclusions.hidden(request.user).values_list("thread_id", flat=True))  # type: ignore[arg-type]
    rows = [_listed(row, row.thread in hidden) for row in issue.every()]
    context = {
        "here": "radio",
        "tab": "cards",
        "problem": problem,
        "cards": [one for one in rows if one.state != "ended"],
        "ended": [one for one in rows if one.state == "ended"],
        "wrong": guesses.wrong(),
        "two_lines": guesses.needed() > 1,
        "zone": this.zone(),
        **fixed(request),
    }
    return render(request, "radio/cards.html", context, status=status)


def empty(request: HttpRequest) -> HttpResponse:
    """The page as the empty desk shows it: no card was ever issued."""
    if request.method == "POST":
        return redirect("cards")
    context = {"here": "radio", "tab": "cards", "cards": [], "ended": [], "wrong": 0, "zone": this.zone()}
    return render(request, "radio/cards.html", {**context, **fixed(request)})


def fixed(request: HttpRequest) -> dict[str, Any]:
    """What the page says in any case."""
    rules = policy.present()
    return {
        "reasons": [one for one in EndReason.choices if one[0] != EndReason.ALL],
        "choices": card.CHOICES,
        "days": sorted({*DAYS, rules.valid.days}),
        "valid": rules.valid.days,
        "rules": rules,
        "hours": round(rules.within.total_seconds() / 3600),
        "lines": card.LINES,
        "longest": keys.LONGEST,
        "for_contact": request.GET.get("contact", ""),
    }


def _listed(row: Any, hidden: bool) -> Listed:
    label = "" if hidden else keys.label_of(row)
    return Listed(row, label, row.thread is not None and not hidden, card.LINES - row.used)


def add(request: HttpRequest) -> HttpResponse:
    """Issue a card; it is shown for printing next."""
    letters, days = request.POST.get("letters", ""), request.POST.get("days", "")
    if letters not in map(str, card.CHOICES) or not days.isdigit() or not 1 <= int(days) <= 3650:
        return listing(request, _("Choose how many letters, and for how long it is good."), 422)
    made = issue.issue(
        who.pk(request),
        letters=int(letters),
        label=request.POST.get("label", ""),
        thread=_thread(request),
        days=int(days),
    )
    return redirect("card_sheet", made.pk)


def _thread(request: HttpRequest) -> str | None:
    """The thread of the contact for whose caller it is; only of one that exists for who asks."""
    named = request.POST.get("contact", "")
    if not named:
        return None
    there = exclusions.contacts(request.user) if receive.is_uuid(named) else None  # type: ignore[arg-type]
    found = there.filter(pk=named).first() if there is not None else None
    if found is None:
        raise BadRequest
    return str(found.thread_id)


def sheet(request: HttpRequest, card_id: int) -> HttpResponse:
    """Before it is shown: what is about to happen, or that it has."""
    row = Card.objects.select_related("printed_by").filter(pk=card_id).first()
    if row is None:
        raise Http404
    context = {"here": "radio", "tab": "cards", "card": row, "spoken": alphabet.spoken(row.name), "zone": this.zone()}
    return render(request, "radio/before_print.html", context)


def show_once(request: HttpRequest, card_id: int) -> HttpResponse:
    """The card, for the one time that it is shown."""
    try:
        made = issue.print_once(card_id, who.pk(request))
    except keys.Gone as error:
        raise Http404 from error
    if made is None:
        return sheet(request, card_id)
    context = {
        "here": "radio",
        "tab": "cards",
        "sheet": made,
        "columns": alphabet.COLUMNS,
        "spelled": [(one, alphabet.WORDS[one]) for one in alphabet.LETTERS],
        "spoken": alphabet.spoken(made.card.name),
        "free": _way(made.offsets.free),
        "forced": _way(made.offsets.forced),
        "zone": this.zone(),
    }
    return render(request, "radio/sheet.html", context)


def _way(offset: int) -> dict[str, Any]:
    """An offset as it is told: the number, and which column each leads to."""
    columns = alphabet.COLUMNS
    return {"by": offset, "pairs": [(one, columns[(at + offset) % len(columns)]) for at, one in enumerate(columns)]}


def end(request: HttpRequest, card_id: int) -> HttpResponse:
    """The card does not count any more."""
    try:
        issue.end(card_id, who.pk(request), request.POST.get("reason", ""))
    except ValueError:
        return listing(request, _("Say why it ends."), 422)
    return redirect("cards")


def end_all(request: HttpRequest) -> HttpResponse:
    """Every card ends, and their key with them."""
    if request.POST.get("sure") != "1":
        return listing(request, _("Tick that you mean all of them."), 422)
    issue.end_all(who.pk(request))
    return redirect("cards")


def day(at: datetime) -> str:
    """A moment as these pages say it."""
    return apart(f"{at.astimezone(this.zone()):%Y-%m-%d %H:%M}")
