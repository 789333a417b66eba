"""The settings that routing goes by. The server sets them at start from ``harkline.toml``; tests set their own."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Step:
    """One step of the escalation chain: after so many seconds of waiting, to ``team:NAME``, ``phone:NUMBER``, ``email:ADDRESS`` or
    ``webhook:URL``."""

    after: float
    to: str
    outside: bool = False


@dataclass(frozen=True)
class ServiceLevel:
    """A service level with its whole definition."""

    goal: float = 0.8
    threshold: float = 20.0
    count_abandoned: bool = True
    short_abandon: float = 10.0


@dataclass(frozen=True)
class Interpreter:
    """Somebody outside who interprets, and whom the line may ring. ``press_one``: they are asked to press 1 before they are let into
    a call, so that no voicemail ever is."""

    name: str
    languages: Sequence[str]
    number: str = field(repr=False)
    press_one: bool = True


@dataclass(frozen=True)
class Policy:
    """Seconds and rules of routing."""

    offer_seconds: float = 20.0
    answer_target: float = 120.0
    decline_rest: float = 120.0
    at_once: int = 3  # messages in hand
    chats_at_once: int = 3
    ageing: float = 4 * 3600.0  # a message that has waited so long stands level with a call that comes in now
    reserve_percent: float = 0.0  # of those on duty, kept idle for high risk; never below 20 on duty
    same_operator: float = 45.0  # how long a caller who is there now waits for the operator they know
    same_operator_message: float = 8 * 3600.0  # and a message
    listen_in: bool = True  # whether supervisors may listen in, with the operator's agreement
    interpreters: Sequence[Interpreter] = field(default=())
    record_calls: bool = False  # whether an operator may ask a caller for consent to record
    escalation: Sequence[Step] = field(default=())
    alarms: Sequence[Step] = field(default=())  # for what is wrong with the line itself; empty: the chain above
    absent: float = 120.0  # seconds that nobody of a language may be here in whose shift it is
    adapter_down: float = 60.0
    message_target: float = 4 * 3600.0  # seconds in which somebody takes a message in hand
    service_level: ServiceLevel = field(default=ServiceLevel())


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
