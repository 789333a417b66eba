"""Whatever is recorded while a request is answered was done by whoever is signed in."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from harkline.audit.actor import acting

Handler = Callable[[HttpRequest], HttpResponseBase]


class Acting:
    """Behind the sessions: names the operator to ``audit``, without asking for the session of a request that records nothing."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        def who() -> int | None:
            found = getattr(request, "user", None)
            return found.pk if found is not None and found.is_authenticated else None

        with acting(who):
            return self.get_response(request)
