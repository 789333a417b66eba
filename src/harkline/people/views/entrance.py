"""Accepting an invitation, and the moment after signing in."""

import base64
import json
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from harkline.people import invite, kdf, keys, operators, sign_in, ways
from harkline.people.forms import AcceptForm
from harkline.people.models import Invitation, Operator, OperatorKey, Unlocker
from harkline.people.who import me, signed_in


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind a one-time link: choose a passphrase, and the browser makes the key."""
    found = invite.find(token)
    if found is None:
        return render(request, "people/invitation_over.html", status=410)
    form = AcceptForm(request.POST or None)
    if form.is_valid() and _accept(found, form):
        logout(request)  # whoever was signed in at this browser before
        sign_in.enter(request, found.operator)
        return redirect("people:ready")
    context = {
        "operator": found.operator,
        "form": form,
        "kdf": json.dumps(kdf.fresh(found.operator.username)),
        "team_key": base64.b64encode(bytes(found.wrapped_team_key)).decode(),
        "kept": _kept(found.operator),
    }
    return render(request, "people/invitation.html", context, status=422 if form.is_bound else 200)


def _accept(found: Invitation, form: AcceptForm) -> bool:
    """Once, and all of it or nothing: a crash before the commit leaves the link good for another try."""
    data, operator = form.cleaned_data, found.operator
    try:
        with transaction.atomic():
            if not invite.use(found):
                return False
            _keep(operator, data)
            ways.keep(operator, Unlocker.Kind.CODE, data["wrapped_by_code"])
            if found.wrapped_team_key:
                for version, wrapped in data["grants"].items():
                    keys.grant(version, operator, wrapped)
            operator.set_password(data["password"])
            operator.save(update_fields=["password"])
            sign_in.forget_second_steps(operator)
            operators.end_sessions(operator)
    except ValueError as error:
        form.add_error(None, str(error))
        return False
    return True


def _keep(operator: Operator, data: dict[str, Any]) -> None:
    """The key that came; where it is the one that somebody had and whose printed code they still have, their grants stay."""
    had = OperatorKey.objects.filter(operator=operator, public=data["public"]).exists()
    if had and operator.unlockers.filter(kind=Unlocker.Kind.CODE).exists():
        keys.rewrap_operator_key(operator, data["wrapped"], data["kdf"])
    else:
        keys.store_operator_key(operator, data["public"], data["wrapped"], data["kdf"])


def _kept(operator: Operator) -> dict[str, str] | None:
    """Somebody's key as their printed code opens it: for whoever comes by a new link and has the paper."""
    row = Unlocker.objects.filter(operator=operator, kind=Unlocker.Kind.CODE).select_related("operator__key").first()
    return {"public": _text(operator.key.public), "wrapped": _text(row.wrapped)} if row else None


@require_GET
@signed_in
def ready(request: HttpRequest) -> HttpResponse:
    """Between signing in and the page asked for: the browser fetches its wrapped keys and opens them."""
    if settings.SECOND_STEP and not sign_in.has_second_step(request):
        target = resolve_url("mfa_index")
    else:
        target = _safe(request.GET.get("next", ""))
    return render(request, "people/ready.html", {"target": target})


def _safe(target: str) -> str:
    own = url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    return target if own and target.startswith("/") else resolve_url(settings.LOGIN_REDIRECT_URL)


@require_GET
@signed_in
def own_keys(request: HttpRequest) -> JsonResponse:
    """What the browser needs to unlock: wrapped keys, which nobody else can open."""
    operator = me(request)
    answer = {"operator": operator.pk, "username": operator.username, "csrf": get_token(request), "grants": {}}
    key = OperatorKey.objects.filter(operator=operator).first()
    if key is not None:
        grants = {version: _text(wrap) for version, wrap in keys.grants_of(operator).items()}
        answer |= {"public": _text(key.public), "wrapped": _text(key.wrapped_private), "kdf": key.kdf, "grants": grants}
        answer |= {"next": kdf.next_(key.kdf, operator.username), "ways": ways.told(operator)}
    return JsonResponse(answer)


def _text(raw: bytes | memoryview) -> str:
    return base64.b64encode(bytes(raw)).decode()
