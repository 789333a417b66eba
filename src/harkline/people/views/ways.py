"""How a browser comes to derive and to open: the account's kdf, and the ways beside the passphrase."""

import base64

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from harkline.people import kdf, step_up, ways
from harkline.people.forms import PassphraseForm, UnlockerForm
from harkline.people.models import OperatorKey, Unlocker
from harkline.people.views.security import change
from harkline.people.who import me, signed_in


@require_POST
def derivation(request: HttpRequest) -> JsonResponse:
    """How this username's password is derived, whoever asks, and whether or not there is such a name."""
    username = request.POST.get("username", "")[:150]
    present = kdf.asked(username)
    return JsonResponse({"kdf": present, "next": kdf.next_(present, username)})


@sensitive_post_parameters()
@require_POST
@signed_in
def upgrade(request: HttpRequest) -> HttpResponse:
    """The same passphrase, derived as it is done now: the browser has both at hand when the passphrase is written."""
    key = get_object_or_404(OperatorKey, operator=me(request))
    form = PassphraseForm(request.POST)
    if kdf.next_(key.kdf, me(request).username) is None or not form.is_valid() or not form.cleaned_data["present"]:
        return HttpResponseBadRequest()
    return HttpResponse(status=204 if change(request, form) else 409)


@require_http_methods(["GET", "POST"])
@signed_in
@step_up.asked
def show(request: HttpRequest) -> HttpResponse:
    """The ways to open one's key, and one more of them: the browser closes the key under it and sends it so."""
    operator = me(request)
    key = get_object_or_404(OperatorKey, operator=operator)
    form = UnlockerForm(request.POST or None)
    if form.is_valid() and _keep(request, form):
        messages.success(request, _("Kept. Your key opens by it from now on."))
        return redirect("people:ways")
    unlockers = list(Unlocker.objects.filter(operator=operator).select_related("passkey"))
    context = {
        "form": form,
        "public": base64.b64encode(bytes(key.public)).decode(),
        "code": next((one for one in unlockers if one.kind == Unlocker.Kind.CODE), None),
        "passkeys": _passkeys(request, unlockers),
        "needs_one": not unlockers and settings.SECOND_STEP,
        "demonstration": not settings.SECOND_STEP,
        "home": settings.LOGIN_REDIRECT_URL,
    }
    return render(request, "people/ways.html", context, status=422 if form.is_bound else 200)


def _passkeys(request: HttpRequest, unlockers: list[Unlocker]) -> list[dict[str, object]]:
    by = {one.passkey_id: one for one in unlockers}
    rows = Authenticator.objects.filter(user=me(request), type=Authenticator.Type.WEBAUTHN).order_by("pk")
    return [
        {"pk": row.pk, "name": row.wrap().name, "credential": ways.credential(row), "unlocker": by.get(row.pk)}
        for row in rows
    ]


def _keep(request: HttpRequest, form: UnlockerForm) -> bool:
    data, operator = form.cleaned_data, me(request)
    passkey = Authenticator.objects.filter(user=operator, pk=data["passkey"] or 0).first()
    try:
        ways.keep(operator, data["kind"], data["wrapped"], passkey)
    except ValueError:
        form.add_error(None, _("The browser sent something unreadable. Please try again."))
        return False
    return True


@require_POST
@signed_in
@step_up.asked
def remove(request: HttpRequest, unlocker_id: int) -> HttpResponse:
    """Take a way away, while another is left beside the passphrase."""
    try:
        ways.drop(get_object_or_404(Unlocker, pk=unlocker_id, operator=me(request)))
    except ValueError as error:
        messages.error(request, str(error))
    return redirect("people:ways")
