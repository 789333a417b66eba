"""``harkline status``: figures and states, never content.

Nobody knows who reads them, so what anybody is excluded from does not count here (``intake.exclusions``), as for monitoring.
"""

import json
from typing import Any

from django.db.models import Count, Max

from harkline.intake import exclusions
from harkline.intake.models import ContactState
from harkline.line import this
from harkline.routing.models import Presence, PresenceState
from harkline.runtime import clock
from harkline.runtime.models import AdapterState


def gather() -> dict[str, Any]:
    """Everything that the status shows, ready for JSON."""
    now = clock.now()
    return {
        "line": this.line().name,
        "at": now.isoformat(timespec="seconds"),
        "attempts": _attempts(),
        "last_received": {
            row["channel"]: row["last"].isoformat(timespec="seconds")
            for row in exclusions.attempts(None).values("channel").annotate(last=Max("arrived_at"))
        },
        "waiting": _by_channel(ContactState.WAITING),
        "in_hand": _by_channel(ContactState.IN_HAND),
        "longest_wait_seconds": _longest(),
        "on_duty": dict(
            Presence.objects.exclude(state=PresenceState.OFF)
            .values_list("state")
            .annotate(n=Count("pk"))
            .order_by("state")
        ),
        "adapters": {row.name: _adapter(row) for row in AdapterState.objects.order_by("name")},
    }


def _attempts() -> dict[str, dict[str, int]]:
    shown = exclusions.attempts(None).values_list("channel", "outcome")
    rows = shown.annotate(n=Count("pk")).order_by("channel", "outcome")
    found: dict[str, dict[str, int]] = {}
    for channel, outcome, number in rows:
        found.setdefault(channel, {})[outcome or "open"] = number
    return found


def _by_channel(state: ContactState) -> dict[str, int]:
    rows = (
        exclusions.contacts(None).filter(state=state).values_list("channel").annotate(n=Count("pk")).order_by("channel")
    )
    return dict(rows)


def _longest() -> int:
    first = exclusions.contacts(None).filter(state=ContactState.WAITING).order_by("waiting_since").first()
    return round((clock.now() - first.waiting_since).total_seconds()) if first else 0


def _adapter(row: AdapterState) -> dict[str, Any]:
    age = (clock.now() - row.seen_at).total_seconds()
    return {
        # A state that nobody renewed is an old one: the server is not running.
        "state": row.state if age < 30 else "not running",
        "since": row.since.isoformat(timespec="seconds"),
        "last_received": _last(row),
        "backlog": row.backlog,
        "restarts": row.restarts,
        "reason": row.reason,
    }


def _last(row: AdapterState) -> str | None:
    # By the attempts that show: the adapter itself would tell the hour of the others.
    found = exclusions.attempts(None).filter(channel=row.name).aggregate(last=Max("arrived_at"))["last"]
    return found.isoformat(timespec="seconds") if found else None


def as_json() -> str:
    """For machines."""
    return json.dumps(gather(), indent=2)


def as_text() -> str:
    """For people."""
    found = gather()
    rows = [f"{found['line']}  {found['at']}", "", "Attempts"]
    for channel, outcomes in found["attempts"].items():
        rows.append(f"  {channel:6} " + ", ".join(f"{name} {number}" for name, number in outcomes.items()))
    if not found["attempts"]:
        rows.append("  none yet")
    rows += ["", "Waiting   " + (_counts(found["waiting"]) or "nobody")]
    if found["waiting"]:
        rows[-1] += f", longest {found['longest_wait_seconds']} s"
    rows += ["In hand   " + (_counts(found["in_hand"]) or "nothing")]
    rows += ["On duty   " + (_counts(found["on_duty"]) or "nobody")]
    rows += ["", "Adapters"]
    for name, one in found["adapters"].items():
        last = f", last received {one['last_received']}" if one["last_received"] else ""
        rows.append(f"  {name:6} {one['state']}{last}" + (f" ({one['reason']})" if one["reason"] else ""))
    if not found["adapters"]:
        rows.append("  the server has not run yet: harkline serve --data DIR")
    return "\n".join(rows)


def _counts(found: dict[str, int]) -> str:
    return ", ".join(f"{name} {number}" for name, number in found.items())
