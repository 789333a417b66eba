"""Who acts: the signed-in operator of the request that is being answered, or the system."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Find = Callable[[], int | None]
_present: ContextVar[Find | None] = ContextVar("actor", default=None)


@contextmanager
def acting(find: Find) -> Iterator[None]:
    """For the length of the block, what is recorded was done by whom ``find`` names (asked only when something is recorded)."""
    before = _present.set(find)
    try:
        yield
    finally:
        _present.reset(before)


def present() -> int | None:
    """The pk of the operator who acts; None for the system."""
    find = _present.get()
    return find() if find else None
