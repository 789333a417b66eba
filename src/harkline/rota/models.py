"""Weekly shifts, who actually signed on, and the rota: drafts and what was published, with what it is made of."""

from harkline.rota.asking import (
    CalendarFeed,
    Debrief,
    Handover,
    Leave,
    LeaveState,
    Swap,
    SwapState,
    Wish,
    WishKind,
)
from harkline.rota.base import Availability, Contract, Duty, Event, Need, Pattern, Rules, Shift
from harkline.rota.planning import AcceptedHole, Assignment, GapAlarm, Rota, RotaState, Solve, SolveState

__all__ = [
    "AcceptedHole",
    "Assignment",
    "Availability",
    "CalendarFeed",
    "Contract",
    "Debrief",
    "Duty",
    "Event",
    "GapAlarm",
    "Handover",
    "Leave",
    "LeaveState",
    "Need",
    "Pattern",
    "Rota",
    "RotaState",
    "Rules",
    "Shift",
    "Solve",
    "SolveState",
    "Swap",
    "SwapState",
    "Wish",
    "WishKind",
]
