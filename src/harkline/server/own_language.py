"""The signed-in side speaks the language of whoever reads it, not one of the line's own."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation

from harkline.people import tongues
from harkline.server.middleware import asked, is_private

Handler = Callable[[HttpRequest], HttpResponseBase]


class OwnLanguage:
    """Behind the sessions. A prefix of the path (``/fa/console``) still says more; ``middleware.Language`` puts back what was before."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if found := getattr(request, "own_language", ""):
            response.headers["Content-Language"] = found
        return response

    def process_view(self, request: HttpRequest, *view: object) -> None:
        """Before a signed-in page's view runs."""
        if not is_private(request) or getattr(request, "language_named", False):
            return
        language = _of(request)
        translation.activate(language)
        request.LANGUAGE_CODE = request.own_language = language  # type: ignore[attr-defined]


def _of(request: HttpRequest) -> str:
    """Their choice; what the browser asks for, of all that the console speaks; the line's first."""
    known = [one.code for one in tongues.every()]
    chosen = request.user.console_language if request.user.is_authenticated else ""
    return (
        chosen
        if chosen in known
        else asked(request, known) or str(getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE))
    )
