"""Nobody reaches a signed-in page by passphrase alone, nor with a passphrase as the only way to open their key."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from harkline.people.sign_in import has_second_step
from harkline.people.ways import has_two
from harkline.server.middleware import is_private

Handler = Callable[[HttpRequest], HttpResponseBase]

# What an operator without a second step needs in order to add one, or to leave.
OPEN = frozenset(
    {
        "account_login",
        "account_logout",
        "account_reauthenticate",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_view_recovery_codes",
        "people:invitation",
        "people:ready",
        "people:keys",
        "people:derivation",
        "people:upgrade",
    }
)
# The same for who has one way to open their key and must set up another.
OPEN_UNTIL_TWO = OPEN | {
    "people:ways",
    "people:remove_way",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_generate_recovery_codes",
    "mfa_list_webauthn",
}


class SecondStep:
    """Sends who has none to the page on which it is set up; a fragment or a script is told so."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: object) -> HttpResponseBase | None:
        """Before a signed-in page's view runs."""
        match = request.resolver_match
        if not settings.SECOND_STEP or match is None or match.view_name in OPEN or not is_private(request):
            return None
        if not request.user.is_authenticated:
            return None
        if not has_second_step(request):
            return _sent(request, "mfa_index")
        if match.view_name in OPEN_UNTIL_TWO or has_two(request):
            return None
        return _sent(request, "people:ways")


def _sent(request: HttpRequest, page: str) -> HttpResponseBase:
    if request.headers.get("HX-Request") or request.method not in ("GET", "HEAD"):
        return HttpResponse(status=403, headers={"HX-Redirect": reverse(page)})
    return redirect(page)
