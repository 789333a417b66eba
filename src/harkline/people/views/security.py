"""One's own security: second steps, sessions, passphrase, own phone."""

import base64
import json

from allauth.account import app_settings as account_settings
from allauth.account.adapter import get_adapter
from allauth.core import ratelimit
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from harkline.people import kdf, keys, operators, sign_in, step_up, tongues, ways
from harkline.people.forms import PassphraseForm
from harkline.people.models import OperatorKey
from harkline.people.who import me, signed_in


@require_GET
@signed_in
def show(request: HttpRequest) -> HttpResponse:
    """Second steps, sessions and the way to a new passphrase on one page."""
    operator = me(request)
    steps = list(Authenticator.objects.filter(user=operator))
    context = {
        "totp": next((one for one in steps if one.type == Authenticator.Type.TOTP), None),
        "passkeys": [one.wrap() for one in steps if one.type == Authenticator.Type.WEBAUTHN],
        "recovery": next((one.wrap() for one in steps if one.type == Authenticator.Type.RECOVERY_CODES), None),
        "must_add": settings.SECOND_STEP and not sign_in.has_second_step(request),
        "sessions": UserSession.objects.purge_and_list(operator),
        "can_read": keys.can_read(operator),
        "one_way": not ways.has_two(request),
        "demonstration": not settings.SECOND_STEP,
        "own_phone": operators.own_phone(operator),
        "tongues": tongues.every(),
        "home": settings.LOGIN_REDIRECT_URL,
    }
    return render(request, "people/security.html", context)


@require_POST
@signed_in
def end_session(request: HttpRequest, session_id: int) -> HttpResponse:
    """Sign one of one's own sessions out, at once."""
    get_object_or_404(UserSession, pk=session_id, user=me(request)).end()
    return redirect("mfa_index")


@require_POST
@signed_in
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """Sign every session out but this."""
    operators.end_sessions(me(request), but=request.session.session_key or "")
    return redirect("mfa_index")


@require_POST
def wipe(request: HttpRequest) -> HttpResponse:
    """Sign out here, or everywhere, and have the browser forget all that it keeps of this site. Also for who is signed out already."""
    if request.user.is_authenticated:
        if request.POST.get("everywhere"):
            operators.end_sessions(me(request), but=request.session.session_key or "")
        logout(request)
    by_script = "application/json" in request.headers.get("Accept", "")
    response = HttpResponse(status=204) if by_script else redirect("notice:away")
    # W3C Clear Site Data. Browsers that do not know it have been cleared by the page's script.
    response["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


@require_POST
@signed_in
def own_phone(request: HttpRequest) -> HttpResponse:
    """Keep or forget the number on which one takes calls away from the browser."""
    try:
        operators.set_own_phone(me(request), request.POST.get("number", ""))
    except ValueError as error:
        messages.error(request, str(error))
    return redirect("mfa_index")


@require_POST
@signed_in
def language(request: HttpRequest) -> HttpResponse:
    """Choose in which language one reads the console."""
    try:
        tongues.choose(me(request), request.POST.get("language", ""))
    except ValueError:
        messages.error(request, _("Choose one of the languages."))
    return redirect("mfa_index")


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@signed_in
def passphrase(request: HttpRequest) -> HttpResponse:
    """A new passphrase: the browser opens the key with the present one and closes it with the new."""
    operator = me(request)
    key = get_object_or_404(OperatorKey, operator=operator)
    form = PassphraseForm(request.POST or None)
    if form.is_valid() and change(request, form):
        messages.success(request, _("Your passphrase is changed. Other sessions were signed out."))
        return redirect("mfa_index")
    context = {
        "form": form,
        "next": json.dumps(kdf.fresh(operator.username)),
        "public": base64.b64encode(bytes(key.public)).decode(),
    }
    return render(request, "people/passphrase.html", context, status=422 if form.is_bound else 200)


def change(request: HttpRequest, form: PassphraseForm) -> bool:
    """Keep the same key under what the form brings. False, with the reason in the form, if whoever asks has not shown who they are."""
    operator, data = me(request), form.cleaned_data
    assert account_settings.RATE_LIMITS["change_password"]
    if not ratelimit.consume(request, action="change_password"):
        form.add_error(None, _("Too many tries. Please wait a few minutes."))
        return False
    try:
        _prove(request, data["present"])
        with transaction.atomic():
            keys.rewrap_operator_key(operator, data["wrapped"], data["kdf"])
            operator.set_password(data["password"])
            operator.save(update_fields=["password"])
    except ValidationError as error:
        form.add_error(None, error)
        return False
    except ValueError as error:
        form.add_error(None, str(error))
        return False
    operators.end_sessions(operator, but=request.session.session_key or "")
    before = request.session.session_key
    update_session_auth_hash(request, operator)
    UserSession.objects.filter(session_key=before).delete()
    UserSession.objects.create_from_request(request)
    return True


def _prove(request: HttpRequest, present: str) -> None:
    """Who has lost the passphrase and opened the key by another way has shown who they are by a second step. Raises ValueError."""
    if not (get_adapter(request).reauthenticate(me(request), present) if present else step_up.recent(request)):
        raise ValueError(_("The present passphrase is not right."))
