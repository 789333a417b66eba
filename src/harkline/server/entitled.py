"""Who stands behind a session cookie, asked outside of a Django request (the live streams, the audio socket)."""

from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user

from harkline.people import duress, sign_in
from harkline.people.models import Operator


def session_key(headers: list[tuple[bytes, bytes]]) -> str:
    """The session key in a request's cookies; empty when there is none."""
    raw = b"; ".join(value for name, value in headers if name == b"cookie").decode("latin-1")
    try:
        found = SimpleCookie(raw).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return ""
    return found.value if found else ""


def operator(key: str) -> Operator | None:
    """The active operator whose session this is; None when it was revoked, has expired, or the passphrase was changed since, and
    where a second step is asked for and they have none."""
    if not key:
        return None
    store: Any = import_module(settings.SESSION_ENGINE).SessionStore(key)
    user = get_user(SimpleNamespace(session=store))  # type: ignore[arg-type]
    if not isinstance(user, Operator) or not user.is_active:
        return None
    return user if _second_step(store, user) else None


def is_decoy(key: str, operator: Operator) -> bool:
    """Whether this session is at the empty desk, where no bell is heard and no sound arrives."""
    store: Any = import_module(settings.SESSION_ENGINE).SessionStore(key)
    return duress.is_decoy(store, operator)


def _second_step(session: Any, user: Operator) -> bool:
    return not settings.SECOND_STEP or bool(session.get("second_step")) or sign_in.has_set_up(user)


def entitled(keys: list[str]) -> set[str]:
    """Those of the keys that still belong to an active operator."""
    return {key for key in keys if operator(key) is not None}
