"""The people of the line, for administrators; and handing on the team's key, for whoever can read."""

import base64
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from harkline.people import invite, keys, kit, operators
from harkline.people.forms import ColleagueForm, GrantForm, TeamKeyForm
from harkline.people.models import Operator
from harkline.people.roles import Action, may, needs
from harkline.people.who import me, signed_in


@require_http_methods(["GET", "POST"])
@signed_in
def people(request: HttpRequest) -> HttpResponse:
    """Everybody; administrators add somebody here and are shown the one-time link, once."""
    may_change = may(request.user, Action.PEOPLE)
    if not may(request.user, Action.READ) and not may_change:
        raise PermissionDenied
    if request.method == "POST":
        if not may_change:
            raise PermissionDenied
        return _add(request)
    return render(request, "people/people.html", _everybody(request, ColleagueForm()))


def _add(request: HttpRequest) -> HttpResponse:
    form = ColleagueForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            operator = operators.add(
                data["name"], languages=data["languages"], skills=data["skills"], role=data["role"]
            )
            return _link(request, operator)
        except ValueError as error:
            form.add_error("name", str(error))
    return render(request, "people/people.html", _everybody(request, form), status=422)


def _everybody(request: HttpRequest, form: ColleagueForm) -> dict[str, Any]:
    readers, can_give, may_change = keys.readers_now(), keys.can_read(me(request)), may(request.user, Action.PEOPLE)
    return {
        "form": form,
        "people": Operator.objects.select_related("key").order_by("-is_active", "name"),
        "granted": {one.pk for one in readers},
        "waiting": [
            {"operator": one, "public": _public(one)} for one in keys.waiting_for_grant() if one.pk != me(request).pk
        ],
        "may_renew": can_give and may(request.user, Action.RENEW),
        "renewal": renewal(),
        "renewal_due": keys.renewal_due(),
        "can_give": can_give,
        "may_change": may_change,
    }


def renewal() -> dict[str, Any]:
    """What a browser needs to make the next team key: the present version, who reads (pk, public key), recovery kits (name, public key)."""
    return {
        "version": keys.current_team_key().version,
        "readers": [[one.pk, _public(one)] for one in keys.readers_now()],
        "kits": [[one.kit, base64.b64encode(bytes(one.public)).decode()] for one in kit.live()],
    }


def _public(operator: Operator) -> str:
    return base64.b64encode(bytes(operator.key.public)).decode()


def _link(request: HttpRequest, operator: Operator) -> HttpResponse:
    # The address's host is put before the path by the browser that shows it: a Host header can be made up.
    return render(request, "people/link.html", {"operator": operator, "path": invite.invite(operator)})


@require_POST
@signed_in
@needs(Action.PEOPLE)
def link(request: HttpRequest, operator_id: int) -> HttpResponse:
    """A new one-time link for somebody, as after a lost passphrase. Not for oneself: accepting it drops one's own key."""
    if operator_id == me(request).pk:
        raise PermissionDenied
    return _link(request, get_object_or_404(Operator, pk=operator_id, is_active=True))


@require_http_methods(["GET", "POST"])
@signed_in
@needs(Action.PEOPLE)
def colleague(request: HttpRequest, operator_id: int) -> HttpResponse:
    """Change what somebody is called, speaks, knows and may do."""
    operator = get_object_or_404(Operator, pk=operator_id)
    initial = {
        "name": operator.name,
        "role": operator.role,
        "languages": operator.languages,
        "skills": ", ".join(operator.skills),
    }
    form = ColleagueForm(request.POST or None, initial=initial)
    if form.is_valid():
        if operator.pk == me(request).pk and form.cleaned_data["role"] != operator.role:
            raise PermissionDenied  # the last administrator must not be able to lock everybody out
        try:
            operators.change(operator, **form.cleaned_data)
        except ValueError as error:
            form.add_error(None, str(error))
        else:
            return redirect("people:people")
    context = {"form": form, "operator": operator}
    return render(request, "people/colleague.html", context, status=422 if form.is_bound else 200)


@require_POST
@signed_in
@needs(Action.PEOPLE)
def access(request: HttpRequest, operator_id: int) -> HttpResponse:
    """End somebody's access, or give it back."""
    operator = get_object_or_404(Operator, pk=operator_id)
    if operator.pk == me(request).pk:
        raise PermissionDenied
    try:
        (operators.deactivate if operator.is_active else operators.reactivate)(operator)
    except ValueError as error:
        messages.error(request, str(error))
    return redirect("people:people")


@require_POST
@signed_in
@needs(Action.READ)
def grant(request: HttpRequest, operator_id: int) -> HttpResponse:
    """The team's key, sealed in this colleague's browser to somebody who waits for it."""
    form = GrantForm(request.POST)
    operator = get_object_or_404(Operator, pk=operator_id, is_active=True)
    if not form.is_valid() or not may(operator, Action.READ):
        return HttpResponseBadRequest()
    if form.cleaned_data["version"] not in keys.grants_of(me(request)):
        raise PermissionDenied
    try:
        keys.grant(form.cleaned_data["version"], operator, form.cleaned_data["wrapped"])
    except ValueError:
        return HttpResponseBadRequest()
    return HttpResponse(status=204)


@require_POST
@signed_in
@needs(Action.RENEW)
def team_key(request: HttpRequest) -> HttpResponse:
    """Renew the team's key, made and sealed to everybody who can read in this supervisor's or administrator's browser."""
    form = TeamKeyForm(request.POST)
    if not keys.can_read(me(request)):
        raise PermissionDenied
    if not form.is_valid() or me(request).pk not in form.cleaned_data["grants"]:
        return HttpResponseBadRequest()
    try:
        keys.renew_team(**form.cleaned_data)
    except ValueError:
        return HttpResponse(status=409)
    return HttpResponse(status=204)
