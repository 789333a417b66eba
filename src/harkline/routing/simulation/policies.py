"""The policies that are compared."""

from dataclasses import dataclass

from harkline.routing.simulation import kernel


@dataclass(frozen=True)
class Rules:
    """A policy, as the simulation takes it. ``pooled``: everybody can do everything, which no line's people can: a bound."""

    name: str
    title: str
    queue: int
    operator: int
    pooled: bool = False


APP_QUEUE = Rules(
    "app_queue", "app_queue's default: random queue, longest idle", kernel.RANDOM_QUEUE, kernel.LONGEST_IDLE
)
LONGEST_IDLE = Rules("longest_idle", "longest wait first, longest idle", kernel.LONGEST_WAIT, kernel.LONGEST_IDLE)
OURS = Rules("harkline", "risk first, least flexible (Harkline)", kernel.RISK_FIRST, kernel.LEAST_FLEXIBLE)
BOUND = Rules("pooled", "everyone can do everything (bound)", kernel.RISK_FIRST, kernel.LONGEST_IDLE, pooled=True)
ALL = {one.name: one for one in (APP_QUEUE, LONGEST_IDLE, OURS, BOUND)}
