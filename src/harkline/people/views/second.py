"""The second passphrase: choosing it; and the log of alarms, from which a colleague is let in again by two."""

import json
from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from harkline.people import duress, kdf
from harkline.people.forms import SecondForm
from harkline.people.models import OperatorKey, Suspension
from harkline.people.roles import Action, may, needs
from harkline.people.who import me, signed_in


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@signed_in
def choose(request: HttpRequest) -> HttpResponse:
    """Choose it, or choose another. Whether there is one is told to nobody."""
    get_object_or_404(OperatorKey, operator=me(request))
    form = SecondForm(request.POST or None)
    if form.is_valid() and _keep(request, form):
        messages.success(request, _("Kept. The console opens with either."))
        return redirect("mfa_index")
    context = {"form": form, "next": json.dumps(kdf.fresh(me(request).username))}
    return render(request, "people/second.html", context, status=422 if form.is_bound else 200)


def _keep(request: HttpRequest, form: SecondForm) -> bool:
    data = form.cleaned_data
    try:
        if not get_adapter(request).reauthenticate(me(request), data["present"]):
            raise ValueError(_("The present passphrase is not right."))
        if not duress.is_decoy(request.session, me(request)):
            _set(request, data)
    except (ValidationError, ValueError) as error:
        form.add_error(None, error if isinstance(error, ValidationError) else str(error))
        return False
    return True


def _set(request: HttpRequest, data: dict[str, Any]) -> None:
    try:
        duress.set_second(me(request), data["password"], data["public"], data["wrapped"], data["kdf"])
    except ValueError as error:
        raise ValueError(_("Choose another than the first, and sign out and in once before you do.")) from error


@require_GET
@signed_in
@needs(Action.READ)
def alarms(request: HttpRequest) -> HttpResponse:
    """Who signed in under duress, and who let them in again."""
    rows = Suspension.objects.select_related("operator", "asked_by", "restored_by").exclude(operator=me(request))
    context = {"rows": rows.order_by("-since")[:100], "may_ask": may(me(request), Action.ROTA)}
    return render(request, "people/alarms.html", context)


@require_POST
@signed_in
@needs(Action.ROTA)
def ask(request: HttpRequest, suspension_id: int) -> HttpResponse:
    """A supervisor has met them and asks that they be let in again."""
    if not duress.ask(get_object_or_404(Suspension, pk=suspension_id), me(request)):
        raise PermissionDenied
    return redirect("people:alarms")


@require_POST
@signed_in
@needs(Action.READ)
def restore(request: HttpRequest, suspension_id: int) -> HttpResponse:
    """The second person agrees."""
    found = get_object_or_404(Suspension.objects.select_related("operator"), pk=suspension_id)
    if not duress.restore(found, me(request)):
        raise PermissionDenied
    return redirect("people:alarms")
