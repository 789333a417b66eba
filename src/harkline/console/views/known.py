"""What is known of a caller beside what they said: whether they were in touch before, who must not know of them, their number."""

from uuid import UUID

from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from harkline.console import sealed
from harkline.console.views.answers import conflict as refused
from harkline.console.views.answers import done, held
from harkline.intake import policy, repeat
from harkline.intake.exclusions import NobodyLeft
from harkline.people import step_up
from harkline.people.models import Operator
from harkline.people.who import me
from harkline.records import again, conflict, numbers

WHY_NOT = {
    "withheld": _(
        "The caller shows no number: there is nothing that could be blocked without blocking everybody who shows none."
    ),
    "protected": _("This caller was overheard, forced, silent or testing: such callers are never turned away."),
    "reason": _("Say why."),
}


def same(request: HttpRequest, contact_id: UUID, case_id: UUID) -> HttpResponse:
    """It is the same person as in that case: somebody has asked."""
    again.same(me(request), str(contact_id), str(case_id))
    return done()


@step_up.asked
def number(request: HttpRequest, contact_id: UUID) -> JsonResponse:
    """The caller's number, still sealed: by the line's policy, with a reason, recorded."""
    try:
        found = numbers.reveal(me(request), str(contact_id), request.POST.get("reason", ""))
    except ValueError as error:
        raise BadRequest from error
    return JsonResponse({"sealed": [sealed.as_json(one) for one in found]})


def block(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """Turn away whoever uses this number or address, for a time."""
    if not held(request, contact_id).mine:
        raise PermissionDenied
    try:
        repeat.block(str(contact_id), me(request), request.POST.get("reason", ""))
    except repeat.NotBlocked as why:
        return refused(request, str(WHY_NOT[str(why)]), status=422)
    return done()


def exclude(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """Somebody here is involved: from now on the case does not exist for them."""
    who, team = request.POST.get("operator", ""), request.POST.get("team", "")
    if not who.isdigit() and not team:
        return refused(request, _("Choose a colleague or a team."), status=422)
    chosen = list(Operator.objects.filter(pk=int(who)).values_list("pk", flat=True)) if who.isdigit() else []
    try:
        conflict.exclude(
            me(request),
            held(request, contact_id).case.id,
            operators=chosen,
            team=team,
            outside=bool(policy.present().outside) and "outside" in request.POST,
        )
    except NobodyLeft:
        return refused(request, _nobody_left(), status=422)
    return done()


def _nobody_left() -> str:
    if outside := policy.present().outside:
        sentence = _("Nobody who may read it would be left. Tell %(who)s first, then tick that you have.")
        return sentence % {"who": outside}
    return _(
        "Nobody who may read it would be left, and the line has named nobody outside (settings, conflict.outside)."
    )


def readmit(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """Let somebody in again."""
    who = request.GET.get("operator", "")
    case, team = held(request, contact_id).case.id, request.GET.get("team", "")
    conflict.lift(me(request), case, int(who) if who.isdecimal() else None, team)
    return done()
