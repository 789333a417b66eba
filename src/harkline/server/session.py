"""Who is behind a raw ASGI connection: reads the same session cookie as the pages do."""

from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils.crypto import constant_time_compare

from harkline.people.models import Operator


def operator_id(scope: Mapping[str, Any]) -> int | None:
    """The signed-in operator of this connection, or None. One look at the database: call it on the pool."""
    key = _cookie(scope)
    if not key:
        return None
    session = SessionStore(key)
    found = Operator.objects.filter(pk=session.get(SESSION_KEY) or 0, is_active=True).first()
    if found is None:
        return None
    fresh = constant_time_compare(session.get(HASH_SESSION_KEY, ""), found.get_session_auth_hash())
    return found.pk if fresh else None


def _cookie(scope: Mapping[str, Any]) -> str:
    for name, value in scope.get("headers", ()):
        if name == b"cookie":
            try:
                morsel = SimpleCookie(value.decode("latin-1")).get(settings.SESSION_COOKIE_NAME)
            except CookieError:
                return ""
            return morsel.value if morsel else ""
    return ""


def same_origin(scope: Mapping[str, Any]) -> bool:
    """Whether the Origin header names the host that was asked (RFC 6455 section 10.2); browsers always send it on sockets."""
    headers = {name: value for name, value in scope.get("headers", ())}
    origin = headers.get(b"origin", b"").decode("latin-1")
    host = headers.get(b"host", b"").decode("latin-1")
    return bool(host) and origin.partition("://")[2] == host
