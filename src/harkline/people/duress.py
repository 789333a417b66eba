"""An operator who is forced to sign in. Their second passphrase opens a desk with nothing on it, and alarms the others.

The sign-in itself does the same work either way: two hashes are compared, one word is put into the session, one timer row is written,
which only the host key can read. What follows (sessions ended, grants suspended, the alarm) is done by that timer a moment later.
While an operator is suspended, both passphrases lead to the empty desk, so that nobody can beat the difference out of them.
"""

import base64
import secrets
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.http import HttpRequest

from harkline.audit import chain
from harkline.audit.words import Act, Subject
from harkline.people import keys, operators, vault
from harkline.people.hasher import DerivedHasher
from harkline.people.models import Operator, OperatorKey, SecondKey, Suspension, unguessable
from harkline.runtime import bell, clock, timers
from harkline.seal import envelope

SIGN_IN = "sign_in"  # the kind of timer
DECOY = "desk"  # in a session: by which passphrase somebody came to the empty desk; nothing elsewhere
_NOBODY = unguessable()


def matches(first: str, second: str, given: str) -> tuple[bool, bool]:
    """Whether a sign-in value is the one that was stored first or second (``derived$…``). The same work for all."""
    hasher = DerivedHasher()
    found = [hasher.verify(given, one if one.startswith("derived$") else _NOBODY) for one in (first, second)]
    return found[0], found[1]


def note(request: HttpRequest | None, operator: Operator, *, second: bool) -> None:
    """Remember by which passphrase somebody came, and leave it to the timer to do what follows."""
    if request is not None and hasattr(request, "session"):
        before = request.session.get(DECOY, "") if request.user.is_authenticated else ""
        request.session[DECOY] = "second" if second else before
    nonce = secrets.token_hex(8)
    subject = f"{operator.pk}.{nonce}"
    timers.set_timer(SIGN_IN, f"{subject}.{_mark(subject, second)}", clock.now())


def _mark(subject: str, second: bool) -> str:
    return vault.recognise("duress" if second else "sign-in row", subject.encode()).hex()[:32]


def is_alarm(subject: str) -> int | None:
    """The operator whose second passphrase a timer's subject tells of; None for every other sign-in."""
    known, _dot, mark = subject.rpartition(".")
    return int(known.partition(".")[0]) if secrets.compare_digest(mark, _mark(known, True)) else None


def is_decoy(session: Mapping[str, Any], operator: Any) -> bool:
    """Whether whoever asks is to be shown the empty desk."""
    return bool(session.get(DECOY)) or getattr(operator, "suspended_at", None) is not None


def set_second(operator: Operator, password: str, public: bytes, wrapped: bytes, kdf: dict[str, Any]) -> None:
    """Keep a second passphrase, and the key without meaning that it opens. Raises ValueError for what cannot be one."""
    key = OperatorKey.objects.get(operator=operator)
    if kdf != key.kdf or any(matches(operator.password, "", password)):
        raise ValueError("derived in another way, or the first passphrase again")
    keys.check(public, wrapped, kdf)
    with transaction.atomic():
        SecondKey.objects.update_or_create(
            operator=operator, defaults={"public": public, "wrapped_private": wrapped, "kdf": kdf}
        )
        stored = DerivedHasher().encode(password, secrets.token_hex(11))
        Operator.objects.filter(pk=operator.pk).update(second_password=stored)
        operator.second_password = stored


def told(operator: Operator, by: str) -> dict[str, Any]:
    """What a browser at the empty desk is given in place of one's keys: they open, and open nothing. The grants are of keys drawn a
    moment ago."""
    row: Any = SecondKey.objects.filter(operator=operator).first() if by == "second" else None
    row = row or OperatorKey.objects.filter(operator=operator).first()
    if row is None:
        return {}
    version = keys.current_team_key().version
    drawn, _public = envelope.generate()
    wrap = envelope.wrap(drawn, bytes(row.public), envelope.grant_info(version, operator.pk))
    shown = {"public": bytes(row.public), "wrapped": bytes(row.wrapped_private)}
    told_ = {name: base64.b64encode(raw).decode() for name, raw in shown.items()}
    return {**told_, "kdf": row.kdf, "next": None, "ways": [], "grants": {version: base64.b64encode(wrap).decode()}}


def suspend(operator: Operator) -> Suspension | None:
    """End an operator's real sessions and hold their grants back. None where they are suspended already."""
    with transaction.atomic():
        now = clock.now()
        if not Operator.objects.filter(pk=operator.pk, suspended_at=None).update(suspended_at=now):
            return None
        operators.end_sessions(operator, but_if=_came_to_the_decoy)
        made = Suspension.objects.create(operator=operator, since=now)
        chain.record(Act.SUSPENDED, Subject.OPERATOR, operator.pk, reason="duress")
        bell.ring("people", operator.pk, "desk")
    return made


def _came_to_the_decoy(session_key: str) -> bool:
    from django.contrib.sessions.backends.db import SessionStore

    return bool(SessionStore(session_key).get(DECOY))


def open_alarms(viewer: Operator) -> list[Suspension]:
    """Who is suspended now, as far as the viewer may know: not of oneself."""
    rows = Suspension.objects.filter(restored_at=None).exclude(operator=viewer).select_related("operator")
    return list(rows.order_by("-since"))


def ask(suspension: Suspension, by: Operator) -> bool:
    """A supervisor has met them and would let them in again. Another person has to say so too."""
    if by.pk == suspension.operator_id:
        return False
    open_ = Suspension.objects.filter(pk=suspension.pk, asked_by=None, restored_at=None)
    return open_.update(asked_by=by, asked_at=clock.now()) == 1


def restore(suspension: Suspension, by: Operator) -> bool:
    """The second person says so. False for the one who asked, for the one it is about, and where nobody asked."""
    with transaction.atomic():
        rows = Suspension.objects.filter(pk=suspension.pk, asked_by__isnull=False, restored_at=None)
        rows = rows.exclude(asked_by=by).exclude(operator=by)
        if not rows.update(restored_by=by, restored_at=clock.now()):
            return False
        Operator.objects.filter(pk=suspension.operator_id).update(suspended_at=None)
        operators.end_sessions(suspension.operator)
        chain.record(Act.RESTORED, Subject.OPERATOR, suspension.operator_id)
        bell.ring("people", suspension.operator_id, "desk")
    return True
