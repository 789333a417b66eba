"""The bell: says that a committed row changed, never what is in it.

A bell carries a kind and an id. Whoever hears it fetches the row through the ordinary permission gate. Who must not know of the
row hears nothing: the package that owns a kind says who that is (``narrows``). A bell that is
lost (a crash between commit and ring) costs nothing: the reconcile loop finds the row by its state.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import connection, transaction

log = logging.getLogger(__name__)

PG_CHANNEL = "harkline_bell"


@dataclass(frozen=True)
class Ring:
    """One bell. ``to`` names the audience: ``desk`` (every signed-in operator), ``operator:7``, ``thread:<uuid>``, ``inside``
    (the server's own adapters only). ``but``: operators who belong to the audience and are not told."""

    kind: str
    id: str
    to: str
    but: frozenset[int] = frozenset()


Listener = Callable[[Ring], None]
_listeners: set[Listener] = set()
_lock = threading.Lock()

Narrow = Callable[[str], frozenset[int]]
_narrows: dict[str, Narrow] = {}


def narrows(*kinds: str) -> Callable[[Narrow], Narrow]:
    """Register the function that says, by a row's id, which operators hear no bell of these kinds."""

    def register(fn: Narrow) -> Narrow:
        _narrows.update(dict.fromkeys(kinds, fn))
        return fn

    return register


def narrowed() -> frozenset[str]:
    """The kinds of which some may not be told."""
    return frozenset(_narrows)


def _rings(kind: str, id_: str, to: Sequence[str]) -> list[Ring]:
    heard = [one for one in to if one == "desk" or one.startswith("operator:")]
    but: frozenset[int] = frozenset()
    if heard and kind in _narrows:
        try:
            but = _narrows[kind](id_)
        except Exception:
            # Nobody hears rather than somebody who must not: pages make up for it with the next bell.
            log.exception("it could not be said who may hear %s", kind)
            to = [one for one in to if one not in heard]
    return [Ring(kind, id_, one, but) for one in to]


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
    to = to or ("desk",)
    if connection.vendor == "postgresql":
        # NOTIFY is transactional: it is delivered to every process, this one included, on commit.
        with connection.cursor() as cursor:
            for one in _rings(kind, str(id), to):
                cursor.execute("SELECT pg_notify(%s, %s)", [PG_CHANNEL, packed(one)])
        return
    transaction.on_commit(lambda: _deliver_all(kind, str(id), to))


def _deliver_all(kind: str, id_: str, to: Sequence[str]) -> None:
    for one in _rings(kind, id_, to):
        deliver(one)


def packed(ring_: Ring) -> str:
    """A ring as the payload of a NOTIFY. It names operators, never anything of a caller."""
    return f"{ring_.kind} {ring_.id} {ring_.to} {','.join(map(str, sorted(ring_.but)))}"


def unpacked(payload: str) -> Ring:
    """The inverse of ``packed``."""
    kind, id_, to, but = payload.split(" ", 3)
    return Ring(kind, id_, to, frozenset(int(one) for one in but.split(",") if one))
