"""Who asks: the signed-in operator of a request."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import resolve_url

from harkline.people.models import Operator

View = Callable[..., HttpResponseBase]


def me(request: HttpRequest) -> Operator:
    """The operator who asks; behind ``signed_in`` there always is one."""
    return cast(Operator, request.user)


def signed_in(view: View) -> View:
    """A page sends others to sign in; a fragment or a script is told so with 401."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        address = resolve_url("account_login")
        if request.method not in ("GET", "HEAD") or "application/json" in request.headers.get("Accept", ""):
            return HttpResponse(status=401, headers={"HX-Redirect": address})
        return redirect_to_login(request.get_full_path(), login_url=address)

    return checked
