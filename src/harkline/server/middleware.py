"""Headers and language of every page.

The public pages and the signed-in ones have a policy each. Whatever is not known to be signed-in (an error page, a page that
does not exist) gets the public one, which is the stricter.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import get_script_prefix, set_script_prefix
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header

from harkline.line import this
from harkline.line.models import Line

Handler = Callable[[HttpRequest], HttpResponseBase]

PUBLIC = frozenset({"notice", "write"})  # the URL namespaces that anybody may open

_SELF = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; "
    "media-src 'self' blob:; worker-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "require-trusted-types-for 'script'; "
)
# htmx writes fragments as HTML; the default policy (static/harkline/trusted.js) lets them in and refuses scripts.
PRIVATE_CSP = _SELF + "trusted-types default"
# The one policy of the public pages starts the one worker that solves puzzles (public/puzzle.js), and nothing else.
PUBLIC_CSP = _SELF + "trusted-types solver"

_NO_DEVICES = (
    "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), fullscreen=(), geolocation=(), gyroscope=(), "
    "hid=(), magnetometer=(), midi=(), payment=(), picture-in-picture=(), screen-wake-lock=(), serial=(), usb=(), xr-spatial-tracking=(), "
)
_PUBLIC_HEADERS = {
    "Content-Security-Policy": PUBLIC_CSP,
    "Permissions-Policy": _NO_DEVICES + "microphone=()",
    "Referrer-Policy": "no-referrer",
}
_PRIVATE_HEADERS = {
    "Content-Security-Policy": PRIVATE_CSP,
    "Permissions-Policy": _NO_DEVICES.replace("autoplay=()", "autoplay=(self)").replace(
        "screen-wake-lock=()", "screen-wake-lock=(self)"
    )
    + "microphone=(self)",
    # With "no-referrer" a browser posts "Origin: null", and Django's CSRF check refuses it.
    "Referrer-Policy": "same-origin",
}
_ALL_HEADERS = {
    "Cache-Control": "no-store",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# What is to be found says so itself (notice.listing).
_HIDDEN = ("X-Robots-Tag", "noindex, noarchive")


def is_private(request: HttpRequest) -> bool:
    """Whether the page that answered is one of the signed-in side."""
    match = request.resolver_match
    return match is not None and not PUBLIC.intersection(match.namespaces)


class Headers:
    """Sets the policy headers on every answer that a view gave. Static files are answered before this is reached."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        private = is_private(request)
        for name, value in (_PRIVATE_HEADERS if private else _PUBLIC_HEADERS).items():
            response.headers.setdefault(name, value)
        if not private:
            _forget_cookies(response)
        for name, value in _ALL_HEADERS.items():
            response.headers[name] = value
        response.headers.setdefault(*_HIDDEN)
        return response


def _forget_cookies(response: HttpResponseBase) -> None:
    # The CSRF middleware has looked for a session and said so in "Vary"; no public page depends on one, or starts one.
    response.cookies.clear()
    kept = [word for word in response.headers.get("Vary", "").replace(" ", "").split(",") if word not in ("", "Cookie")]
    if "Vary" in response.headers:
        del response.headers["Vary"]
    if kept:
        patch_vary_headers(response, kept)


class Language:
    """Chooses the language with no cookie: a prefix of the path (``/fa/write``), ``?lang=fa``, then what the browser asks for.

    A prefix is taken off before the routes are looked at and put back into every link of the page.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with this.remembered():
            return self._answer(request)

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        before = get_script_prefix()
        spoken = _spoken()
        prefixed = _take_prefix(request)
        language = prefixed or _named(request, spoken) or asked(request, spoken) or spoken[0]
        try:
            with translation.override(language):
                request.LANGUAGE_CODE = language
                request.language_named = bool(prefixed)  # type: ignore[attr-defined]
                response = self.get_response(request)
        finally:
            set_script_prefix(before)
        response.headers.setdefault("Content-Language", language)
        if not prefixed:
            patch_vary_headers(response, ["Accept-Language"])
        return response


def _known() -> list[str]:
    return [code for code, _name in settings.LANGUAGES]


def _spoken() -> list[str]:
    """The line's languages; before there is a line, all that we know."""
    try:
        return [code for code in this.line().languages if code in _known()] or _known()
    except Line.DoesNotExist:
        return _known()


def _take_prefix(request: HttpRequest) -> str:
    first, slash, rest = request.path_info[1:].partition("/")
    if first not in _known() or not slash:
        return ""
    set_script_prefix(f"{get_script_prefix()}{first}/")
    request.path_info = f"/{rest}"
    return first


def _named(request: HttpRequest, spoken: list[str]) -> str:
    named = request.GET.get("lang", "")
    return named if named in spoken else ""


def asked(request: HttpRequest, spoken: list[str]) -> str:
    """The first of ``spoken`` that the browser asks for, or ""."""
    for name, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        for code in (name, name.split("-")[0]):
            if code in spoken:
                return code
    return ""
