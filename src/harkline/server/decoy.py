"""Whoever came with their second passphrase, or is suspended, is answered by the empty desk, whatever they ask for.

It stands before every signed-in view, so that a page that somebody adds later is closed here until it is named.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from harkline.console import decoy as desk
from harkline.people import decoy as account
from harkline.people import duress
from harkline.server.middleware import is_private

Handler = Callable[[HttpRequest], HttpResponseBase]


class Decoy:
    """Answers in place of the view."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: object) -> HttpResponseBase | None:
        """None lets the real view answer."""
        match = request.resolver_match
        if match is None or not is_private(request) or not request.user.is_authenticated:
            return None
        if not duress.is_decoy(request.session, request.user):
            return None
        name = match.view_name
        if account.is_real(request, name):
            return None
        found = account.answer(request, name)
        return found if found is not None else desk.answer(request, name, takes_id=bool(match.kwargs))
