"""The page “Genuine addresses”: what the signed list says, what would change in it, its versions and keys, and whether the line is there.

What cannot be taken back by pressing once more (closing, revoking, another key) asks for the line's name, typed.
"""

from collections.abc import Callable
from datetime import date, datetime, time
from types import SimpleNamespace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from harkline.line import this
from harkline.line.models import Address
from harkline.notice import door, policy, publish, rotate, signing, standing, words
from harkline.notice.draft import Changes
from harkline.notice.models import Notice, NoticeKey
from harkline.notice.standing import Asked, Wrong
from harkline.people.roles import Action, may
from harkline.people.who import me
from harkline.runtime import clock
from harkline_verify.notice import Body

MOST = 30  # versions on the page


def show(request: HttpRequest) -> HttpResponse:
    """How it stands."""
    return _page(request)


def bare(request: HttpRequest, problem: str = "", status: int = 200) -> HttpResponse:
    """What everybody may know, for the empty desk: the list as it is published, with nothing to be signed and nobody's name."""
    row = publish.newest()
    unnamed = [
        SimpleNamespace(
            serial=one.serial, issued_at=one.issued_at, made_by=None, entry=one.entry, digest=one.digest,
            revoked_at=one.revoked_at, reason=one.reason,
        )
        for one in Notice.objects.order_by("-serial")[:MOST]
    ]  # fmt: skip
    context = {
        **_context(request, problem),
        "draft": publish.read(row).body if row else None,
        "changes": Changes(),
        "trouble": "",
        "seen": "",
        "rows": [(one, True) for one in this.addresses() if one.published],
        "versions": unnamed,
        "waiting": None,
        "waiting_told": None,
        "mine": False,
        "alone": True,
    }
    return render(request, "console/notice.html", context, status=status)


def not_now(request: HttpRequest) -> HttpResponse:
    """Nothing is done at the empty desk, as when somebody else was quicker."""
    return bare(request, _("Somebody else was quicker. Look once more."), 409)


def _page(request: HttpRequest, problem: str = "", status: int = 200) -> HttpResponse:
    return render(request, "console/notice.html", _context(request, problem), status=status)


def _context(request: HttpRequest, problem: str) -> dict[str, Any]:
    found, waiting = door.present(), standing.waiting()
    draft, changes, trouble = _drafted()
    return {
        "here": "notice",
        "line": this.line(),
        "zone": this.zone(),
        "notice": found,
        "on": policy.present().on,
        "page": policy.present().page,
        "runs_out": bool(found and clock.now() >= found.until - (found.until - found.issued_at) / 6),
        "draft": draft,
        "changes": changes,
        "trouble": trouble,
        "seen": publish.mark(draft) if draft else "",
        "rows": [(row, row.published) for row in this.addresses()],
        "versions": Notice.objects.select_related("made_by").order_by("-serial")[:MOST],
        "keys": NoticeKey.objects.order_by("-pk"),
        "told": words.told(door.standing()),
        "waiting": waiting,
        "waiting_told": words.told(standing.meant(waiting)) if waiting else None,
        "mine": bool(waiting and waiting.asked_by_id == me(request).pk),
        "alone": not standing.seconds(me(request)),
        "today": clock.now().astimezone(this.zone()).date().isoformat(),
        "may_line": may(me(request), Action.LINE),
        "problem": problem,
    }


def _drafted() -> tuple[Body | None, Any, str]:
    try:
        return *publish.drafted(), ""
    except signing.NoKey as error:
        return None, None, str(error)


def _do(request: HttpRequest, what: Callable[[], object]) -> HttpResponse:
    """Do it and come back to the page, or say why it was not done."""
    try:
        what()
    except publish.Changed as why:
        return _page(request, str(why) or _("Somebody else was quicker. Look once more."), 409)
    except signing.NoKey as why:
        return _page(request, _("Nothing can be signed: %(why)s.") % {"why": why}, 409)
    except Wrong as why:
        return _page(request, str(why), 422)
    return redirect("genuine")


def _typed(request: HttpRequest) -> None:
    """Raises Wrong where the line's name was not typed."""
    typed = " ".join(request.POST.get("typed", "").split())
    if typed.casefold() != this.line().name.casefold():
        raise Wrong(_("Nothing was done: type the line's name, as it stands above, to say that you mean it."))


def sign(request: HttpRequest) -> HttpResponse:
    """Sign what was looked at."""
    return _do(request, lambda: publish.sign(me(request), seen=request.POST.get("seen", "")))


def edit(request: HttpRequest, address_id: int) -> HttpResponse:
    """Whether an address is published, and what is said of it. It stands in the list with the next version."""
    language = request.POST.get("language", "")
    if not Address.objects.filter(pk=address_id, active=True).exists():
        raise Http404
    if language not in ["", *this.line().languages]:
        return _page(request, _("Choose one of the line's languages."), 422)
    label = " ".join(request.POST.get("label", "").split())[:80]
    this.edit_address(address_id, label=label, language=language, published="published" in request.POST)
    return redirect("genuine")


def close(request: HttpRequest) -> HttpResponse:
    """Close at once: any supervisor may."""

    def shut() -> None:
        _typed(request)
        standing.close_at_once(me(request))

    return _do(request, shut)


def stand(request: HttpRequest) -> HttpResponse:
    """Close on a day, hand on, open again: ask a second person."""

    def ask() -> None:
        _typed(request)
        standing.propose(me(request), _asked(request))

    return _do(request, ask)


def _asked(request: HttpRequest) -> Asked:
    given = {name: request.POST.get(name, "") for name in ("name", "page", "key")}
    return Asked(request.POST.get("state", ""), _since(request.POST.get("since", "")), **given)


def _since(text: str) -> datetime | None:
    """The beginning of a day by the line's clock; today is now. Raises Wrong."""
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        raise Wrong(_("A day is written 2026-11-22.")) from None
    if day is None or day == clock.now().astimezone(this.zone()).date():
        return None
    return datetime.combine(day, time(), this.zone())


def decide(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Agree to what somebody else asked for, or refuse it; whoever asked may take it back."""
    if request.POST.get("answer") == "agree":
        return _do(request, lambda: standing.agree(me(request), proposal_id))
    return _do(request, lambda: standing.refuse(me(request), proposal_id))


def revoke(request: HttpRequest, serial: int) -> HttpResponse:
    """Say that a version must not be believed."""

    def gone() -> None:
        _typed(request)
        try:
            publish.revoke(me(request), serial, " ".join(request.POST.get("reason", "").split())[:80])
        except Notice.DoesNotExist:
            raise Wrong(_("There is no such version, or it is revoked already.")) from None

    return _do(request, gone)


def another_key(request: HttpRequest) -> HttpResponse:
    """Hand over to another key."""
    why = request.POST.get("why", "")

    def change() -> None:
        _typed(request)
        rotate.rotate(me(request), stolen=why == "stolen", lost=why == "lost")

    return _do(request, change)
