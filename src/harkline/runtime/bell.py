"""The bell: says that a committed row changed, never what is in it.

A bell carries a kind and an id. Whoever hears it fetches the row through the ordinary permission gate. A bell that is
lost (a crash between commit and ring) costs nothing: the reconcile loop finds the row by its state.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection, transaction

log = logging.getLogger(__name__)

PG_CHANNEL = "harkline_bell"


@dataclass(frozen=True)
class Ring:
    """One bell. ``to`` names the audience: ``desk`` (every signed-in operator), ``operator:7``, ``thread:<uuid>``, ``inside``
    (the server's own adapters only)."""

    kind: str
    id: str
    to: str


Listener = Callable[[Ring], None]
_listeners: set[Listener] = set()
_lock = threading.Lock()


def subscribe(listener: Listener) -> Callable[[], None]:
    """Call ``listener`` for every ring, in the ringing thread; it must hand over at once and not block.

    Returns the function that ends the subscription.
    """
    with _lock:
        _listeners.add(listener)

    def end() -> None:
        with _lock:
            _listeners.discard(listener)

    return end


def deliver(ring_: Ring) -> None:
    """Hand a ring to this process's listeners (the end of the wire on PostgreSQL)."""
    with _lock:
        heard = list(_listeners)
    for listener in heard:
        try:
            listener(ring_)
        except Exception:
            log.exception("a listener failed on %s", ring_.kind)


def ring(kind: str, id: object, *to: str) -> None:
    """Ring when the present transaction has committed; never if it rolls back."""
    rings = [Ring(kind, str(id), one) for one in (to or ("desk",))]
    if connection.vendor == "postgresql":
        # NOTIFY is transactional: it is delivered to every process, this one included, on commit.
        with connection.cursor() as cursor:
            for one in rings:
                cursor.execute("SELECT pg_notify(%s, %s)", [PG_CHANNEL, f"{one.kind} {one.id} {one.to}"])
        return
    for one in rings:
        transaction.on_commit(lambda one=one: deliver(one))  # type: ignore[misc]
