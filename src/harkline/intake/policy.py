"""What a line has decided about numbers and about conflicts of interest. The server sets it at start from ``harkline.toml``;
tests set their own."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

PERIOD = timedelta(days=30)  # of the key under which numbers are matched


@dataclass(frozen=True)
class Policy:
    """``reveal``: never, supervisor or operator. ``country``: digits that stand for a national number's leading 0. Blocks last
    ``block``, which is a key's period at most, and end unless a second person looked within
    ``review``. ``first_readers``: usernames; ``outside``: who is told when nobody here may know."""

    reveal: str = "never"
    country: str = ""
    block: timedelta = timedelta(days=7)
    review: timedelta = timedelta(days=2)
    first_readers: Sequence[str] = field(default=())
    outside: str = ""


_present = Policy()


def present() -> Policy:
    """The policy in force."""
    return _present


def use(policy: Policy) -> None:
    """Put a policy in force for this process."""
    global _present
    _present = policy


@contextmanager
def using(policy: Policy) -> Iterator[Policy]:
    """Put a policy in force for the length of the block."""
    before = _present
    use(policy)
    try:
        yield policy
    finally:
        use(before)
