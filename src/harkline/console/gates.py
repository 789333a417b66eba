"""Who may come in. Every view of the console stands behind ``gate``; a test walks all routes and holds them to it."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import resolve_url

from harkline.intake import exclusions, repeat
from harkline.people.models import Operator
from harkline.people.roles import Action, may
from harkline.people.who import me
from harkline.routing import callback_overrides, companions, conflict

View = Callable[..., HttpResponseBase]


def gate(action: Action, **verbs: View) -> View:
    """One route: its views by HTTP verb, for those who may do ``action``. ``gate(Action.ANSWER, get=show, post=take)``.

    Who is not signed in is sent to sign in; who may not gets 403; other verbs 405; an address that names what does not exist
    for the viewer 404. A verb with a stricter action of its own is
    wrapped in ``only``.
    """

    def route(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _sign_in(request)
        if not may(request.user, action):
            raise PermissionDenied
        verb = "get" if request.method == "HEAD" else str(request.method).lower()
        view = verbs.get(verb)
        if view is None:
            return HttpResponseNotAllowed([name.upper() for name in verbs])
        if not may(request.user, getattr(view, "action", action)):
            raise PermissionDenied
        if not exists(me(request), kwargs):
            raise Http404
        return view(request, *args, **kwargs)

    route.action = action  # type: ignore[attr-defined]
    route.verbs = {verb: getattr(view, "action", action) for verb, view in verbs.items()}  # type: ignore[attr-defined]
    return route


def exists(viewer: Operator, named: Mapping[str, Any]) -> bool:
    """Whether the contact, offer, block, override or companion that an address names exists for the viewer. One and the same question for
    an id that nobody has and for one that is hidden (``intake.exclusions``)."""
    return all(_EXISTS[name](viewer, one) for name, one in named.items() if name in _EXISTS)


_EXISTS: Mapping[str, Callable[[Operator, Any], bool]] = {
    "contact_id": lambda viewer, one: exclusions.contacts(viewer).filter(pk=one).exists(),
    "offer_id": lambda viewer, one: conflict.offers(viewer).filter(pk=one).exists(),
    "block_id": repeat.exists,
    "override_id": callback_overrides.exists,
    "companion_id": companions.exists,
}


def only(action: Action, view: View) -> View:
    """A view that asks for more than its route does."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may(request.user, action):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    checked.action = action  # type: ignore[attr-defined]
    return checked


def _sign_in(request: HttpRequest) -> HttpResponseBase:
    """A page is sent to sign in; a fragment or a script is told so, and takes the whole page there."""
    if request.headers.get("HX-Request") or request.method not in ("GET", "HEAD"):
        return HttpResponse(status=401, headers={"HX-Redirect": resolve_url("account_login")})
    return redirect_to_login(request.get_full_path(), login_url=resolve_url("account_login"))
