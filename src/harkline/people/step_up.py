"""Steps that reveal or hand out ask once more who is there: by the passphrase or a second step, not more than five minutes ago.

``@step_up.asked`` goes below ``signed_in`` and the role's gate. What was being sent is not kept meanwhile: it may hold what a caller
said, and a session is a row. Whoever was sent to the page of asking comes back and presses again.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from harkline.people.models import Operator
from harkline.people.who import me
from harkline.runtime import clock

VALID_FOR = timedelta(minutes=5)
HEADER = "X-Step-Up"  # on a 403: the page of asking, for a script that sent the request
_KEPT = "stepped_up"

View = Callable[..., HttpResponseBase]


def note(request: HttpRequest, user: Operator, **_more: Any) -> None:
    """Remember in the session that somebody has just shown who they are: signing in, or once more. A receiver of allauth's signal."""
    request.session[_KEPT] = {"operator": user.pk, "at": clock.now().timestamp()}


def recent(request: HttpRequest) -> bool:
    """Whether the one who asks has shown it within ``VALID_FOR``; a clock that was set back does not make it longer."""
    kept = request.session.get(_KEPT) or {}
    if kept.get("operator") != me(request).pk:
        return False
    passed = float(clock.now().timestamp() - kept["at"])
    return 0 <= passed < VALID_FOR.total_seconds()


def asked(view: View) -> View:
    """A view for those only who have shown recently who they are. A page sends the others to ``address``; a request by script, and
    whatever changes something, gets 403 with that address in ``X-Step-Up``, and htmx goes there by itself."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if recent(request):
            return view(request, *args, **kwargs)
        if request.method in ("GET", "HEAD") and not _by_script(request):
            return redirect(address(request.get_full_path()))
        back = address(_from(request))
        if _by_script(request):
            return HttpResponse(status=403, headers={"HX-Redirect": back, HEADER: back})
        return redirect(back)

    checked.step_up = True  # type: ignore[attr-defined]
    return checked


def address(back: str) -> str:
    """The page that asks once more and then goes to ``back``, a path of ours."""
    return f"{resolve_url('account_reauthenticate')}?{urlencode({'next': back})}"


def _by_script(request: HttpRequest) -> bool:
    if request.headers.get("HX-Request") or "application/json" in request.headers.get("Accept", ""):
        return True
    return request.content_type == "application/json"


def _from(request: HttpRequest) -> str:
    """The page on which it was pressed: what htmx says, else the referrer, as a path of ours."""
    page = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    parts = urlsplit(page)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    own = parts.netloc == request.get_host() and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if own and path.startswith("/") else resolve_url("/console")
