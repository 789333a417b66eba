"""Audits of claims: the auditor sees what is opened for them, entry by entry, once, and says what it is."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from harkline.count import audits, claims, policy
from harkline.count.models import Audit, Claim, EvidenceClass, Inspection
from harkline.line import this
from harkline.people.roles import Action, may
from harkline.people.who import me
from harkline_verify.errors import Refused as Malformed
from harkline_verify.notes import Key

LARGEST = 256 * 1024  # of a document, of a report


def listing(request: HttpRequest, problem: str = "", status: int = 200) -> HttpResponse:
    """Every audit, and the claims that could be."""
    rows = Audit.objects.select_related("claim__first", "claim__last").order_by("-pk")
    known = Claim.objects.select_related("first", "last").order_by("-index")
    context = {
        "here": "audits",
        "on": policy.present().on,
        "audits": [_told(row) for row in rows],
        "claims": [{"row": row, "sentence": claims.of(row), "large": row.value > audits.SMALL} for row in known],
        "problem": problem,
        "zone": this.zone(),
    }
    return render(request, "console/audits.html", context, status=status)


def _told(row: Audit) -> dict[str, Any]:
    number = audits.classes(row) if row.state != "waiting" else {}
    return {
        "row": row,
        "sentence": claims.of(row.claim),
        "due_at": audits.due_at(row),
        "classes": [(word, EvidenceClass(word).label, count) for word, count in number.items()],
        "statement": audits.statement(row) if number else None,
    }


def begin(request: HttpRequest) -> HttpResponse:
    """Open one."""
    claim = Claim.objects.filter(pk=_number(request, "claim")).select_related("last").first()
    if claim is None:
        return listing(request, _("Choose a claim."), 422)
    try:
        row = audits.begin(claim, request.POST.get("auditor", ""), me(request).pk, sample="sample" in request.POST)
    except audits.Refused as why:
        return listing(request, str(why), 422)
    return redirect("count_audit", audit_id=row.pk)


def _number(request: HttpRequest, name: str) -> int:
    said = request.POST.get(name, "")
    return int(said) if said.isdecimal() and len(said) < 19 else -1


def _audit(audit_id: int) -> Audit:
    row = Audit.objects.select_related("claim__first", "claim__last", "shown").filter(pk=audit_id).first()
    if row is None:
        raise Http404
    return row


def show(request: HttpRequest, audit_id: int, status: int = 200, **more: Any) -> HttpResponse:
    """One audit: what is to be inspected, what was found."""
    row = _audit(audit_id)
    seen = {one.entry: one for one in Inspection.objects.filter(audit=row)}
    context = {
        "here": "audits",
        **_told(row),
        "entries": [(entry, seen.get(entry)) for entry in row.drawn],
        "kinds": EvidenceClass.choices,
        "inspects": may(me(request), Action.AUDIT),
        "can_read": may(me(request), Action.READ),
        "zone": this.zone(),
        **more,
    }
    return render(request, "console/count_audit.html", context, status=status)


def draw(request: HttpRequest, audit_id: int) -> HttpResponse:
    """The round's number, typed in."""
    try:
        audits.draw(_audit(audit_id), bytes.fromhex(request.POST.get("beacon", "").strip()))
    except ValueError:
        return show(request, audit_id, 422, problem=_("A round's signature has 96 hexadecimal digits."))
    except audits.Refused as why:
        return show(request, audit_id, 422, problem=str(why))
    return redirect("count_audit", audit_id=audit_id)


def entry(request: HttpRequest, audit_id: int, entry: int) -> HttpResponse:
    """Show an entry, hold a document against it, or say what it is."""
    row, do = _audit(audit_id), request.POST.get("do", "")
    try:
        if do == "show":
            return _opened(request, row, entry)
        if do == "fits":
            return _held_against(request, row, entry)
        audits.found(row, entry, do)
    except audits.Refused as why:
        return show(request, audit_id, 422, problem=str(why))
    return redirect("count_audit", audit_id=audit_id)


def _opened(request: HttpRequest, row: Audit, entry: int) -> HttpResponse:
    opened = audits.show(row, entry, me(request).pk)
    return show(request, row.pk, opened=opened, sealed=audits.sealed_object(row, entry))


def _held_against(request: HttpRequest, row: Audit, entry: int) -> HttpResponse:
    """A document in memory, compared and forgotten."""
    given = request.FILES.get("document")
    body = given.read(LARGEST) if given else b""
    fits = bool(body) and audits.fits(row, entry, body)
    return show(request, row.pk, compared=entry, fits=fits, document=body.decode("utf-8", "replace") if fits else "")


def sealed(request: HttpRequest, audit_id: int, entry: int) -> HttpResponse:
    """For a colleague who can read: which sealed entry of which case is the evidence, once it was shown."""
    row = _audit(audit_id)
    if not Inspection.objects.filter(audit=row, entry=entry).exists():
        raise Http404
    return show(request, audit_id, sealed=audits.sealed_object(row, entry), sealed_entry=entry)


def report(request: HttpRequest, audit_id: int) -> HttpResponse:
    """The text to be signed for a key, or the signed report."""
    row = _audit(audit_id)
    signed = request.POST.get("signed", "").replace("\r\n", "\n")[:LARGEST]
    try:
        if signed.strip():
            audits.publish(row, f"{signed.strip()}\n".encode(), me(request).pk)
            return redirect("count_audit", audit_id=audit_id)
        key = Key.parse(request.POST.get("key", "").strip())
        return show(request, audit_id, text=audits.report(row, key).text(), key=str(key))
    except Malformed as why:
        return show(request, audit_id, 422, problem=_("This is no verifier key: %s") % why)
    except audits.Refused as why:
        return show(request, audit_id, 422, problem=str(why), signed=signed)
