"""One's own account at the empty desk: keys that open and open nothing, a passphrase that can be changed, nobody else in sight."""

import json
import secrets
from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from harkline.people import duress, kdf, keys, tongues
from harkline.people.forms import ColleagueForm, PassphraseForm
from harkline.people.hasher import DerivedHasher
from harkline.people.models import Operator, SecondKey
from harkline.people.roles import Action, may
from harkline.people.sign_in import has_second_step
from harkline.people.who import me

# These concern the sign-in alone, and are the same for everybody.
REAL = frozenset(
    {
        "account_login",
        "account_logout",
        "account_inactive",
        "account_reauthenticate",
        "mfa_authenticate",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "mfa_login_webauthn",
        "people:ready",
        "people:derivation",
        "people:invitation",
        "people:second",
        "people:wipe",
        "people:language",
    }
)
# Who has no second step yet must set one up before anything else opens, here as there.
_FIRST_STEP = frozenset({"mfa_activate_totp", "mfa_add_webauthn", "mfa_view_recovery_codes"})


def is_real(request: HttpRequest, name: str) -> bool:
    """Whether the real page answers at the empty desk too."""
    return name in REAL or (name in _FIRST_STEP and settings.SECOND_STEP and not has_second_step(request))


def own_keys(request: HttpRequest) -> JsonResponse:
    """In place of one's keys."""
    operator = me(request)
    about = {"operator": operator.pk, "username": operator.username, "csrf": get_token(request), "grants": {}}
    return JsonResponse({**about, **duress.told(operator, request.session.get(duress.DECOY, ""))})


def security(request: HttpRequest) -> HttpResponse:
    """One's own second steps and this session."""
    steps = list(Authenticator.objects.filter(user=me(request)))
    here = UserSession.objects.filter(user=me(request), session_key=request.session.session_key or "")
    context = {
        "totp": next((one for one in steps if one.type == Authenticator.Type.TOTP), None),
        "passkeys": [one.wrap() for one in steps if one.type == Authenticator.Type.WEBAUTHN],
        "must_add": settings.SECOND_STEP and not has_second_step(request),
        "sessions": [SimpleSession(row) for row in here],
        "can_read": True,
        "tongues": tongues.every(),
        "home": settings.LOGIN_REDIRECT_URL,
    }
    return render(request, "people/security.html", context)


class SimpleSession:
    """This session, as the page lists it."""

    is_current = True

    def __init__(self, row: Any) -> None:
        self.pk, self.created_at = row.pk, row.created_at


def passphrase(request: HttpRequest) -> HttpResponse:
    """Changing the passphrase changes the one by which they came: the next sign-in with it leads here again."""
    form = PassphraseForm(request.POST or None)
    if form.is_valid() and _change(request, form):
        messages.success(request, _("Your passphrase is changed. Other sessions were signed out."))
        return redirect("mfa_index")
    row = SecondKey.objects.filter(operator=me(request)).first()
    told = duress.told(me(request), "second" if row else "")
    context = {"form": form, "next": json.dumps(kdf.fresh(me(request).username)), "public": told.get("public", "")}
    return render(request, "people/passphrase.html", context, status=422 if form.is_bound else 200)


def _change(request: HttpRequest, form: PassphraseForm) -> bool:
    operator, data = me(request), form.cleaned_data
    try:
        if not get_adapter(request).reauthenticate(operator, data["present"]):
            raise ValueError(_("The present passphrase is not right."))
        row = SecondKey.objects.filter(operator=operator).first()
        if row and request.session.get(duress.DECOY):
            keys.check(bytes(row.public), data["wrapped"], data["kdf"])
            SecondKey.objects.filter(pk=row.pk).update(wrapped_private=data["wrapped"], kdf=data["kdf"])
            stored = DerivedHasher().encode(data["password"], secrets.token_hex(11))
            Operator.objects.filter(pk=operator.pk).update(second_password=stored)
    except (ValidationError, ValueError) as error:
        form.add_error(None, error if isinstance(error, ValidationError) else str(error))
        return False
    return True


def people(request: HttpRequest) -> HttpResponse:
    """Nobody but oneself."""
    operator, may_change = me(request), may(request.user, Action.PEOPLE)
    if not may_change and not may(operator, Action.READ):
        return render(request, "403.html", status=403)
    context = {
        "form": ColleagueForm(),
        "people": [operator],
        "granted": {operator.pk},
        "waiting": [],
        "readers": [],
        "version": 1,
        "can_give": False,
        "may_change": may_change,
    }
    return render(request, "people/people.html", context)


def _back(request: HttpRequest) -> HttpResponse:
    return redirect("mfa_index")


ANSWERS: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "people:keys": own_keys,
    "people:passphrase": passphrase,
    "people:people": people,
    "mfa_index": security,
    "mfa_list_webauthn": security,
}


def answer(request: HttpRequest, name: str) -> HttpResponse | None:
    """The empty desk's answer on a page of one's account; None where the page is not of this kind."""
    if name in ANSWERS:
        return ANSWERS[name](request)
    if name.startswith(("people:", "mfa_", "account_")):
        return _back(request)
    return None
