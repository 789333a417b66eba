"""The figures as JSON: docs/reference/figures-json.md says what each field means, and holds its schema."""

from dataclasses import asdict
from typing import Any

from harkline.console import scoreboard
from harkline.console.publish import Shown
from harkline.console.scoreboard import EDGES, Sheet
from harkline.console.tally import COUNTS
from harkline.line import this
from harkline.rota.targets import present
from harkline.runtime import clock

SCHEMA = "harkline-figures/1"
SHARES = ("service_level", "abandonment", "wait_p50_seconds", "wait_p95_seconds", "wait_max_seconds")
COLUMNS = ("kind", "group", "word", *COUNTS, *SHARES)


def document(sheet: Sheet) -> dict[str, Any]:
    """Everything that the page shows, to the same reader."""
    period = sheet.period
    return {
        "schema": SCHEMA,
        "line": this.line().name,
        "made_at": clock.now().isoformat(timespec="seconds"),
        "view": "supervisor" if sheet.exact else "outside",
        "small_cell": None if sheet.exact else present().small_cell,
        "period": {
            "from": period.first.isoformat(timespec="seconds"),
            "until": period.last.isoformat(timespec="seconds"),
            "time_zone": str(this.zone()),
        },
        "definitions": {
            kind: {
                "goal": by.goal,
                "threshold_seconds": by.threshold,
                "count_abandoned": by.count_abandoned,
                "short_abandon_seconds": by.short_abandon,
            }
            for kind, by in scoreboard.definitions().items()
        },
        "groups": [_group(kind, one) for kind, groups in sheet.groups.items() for one in groups],
        "worst_class": asdict(sheet.worst) if sheet.worst else None,
        "effective_capacity": _rounded(sheet.effective, 3),
        "mean_on_duty": _rounded(sheet.on_duty, 2),
        "hours": [
            {
                "hour": one.hour,
                "attempts_a_day": _rounded(one.attempts, 3),
                "people_needed": _rounded(one.needed, 2),
                "people_on_duty": _rounded(one.duty, 2),
            }
            for one in sheet.hours
        ],
        "waits": None if sheet.waits is None else {"up_to_seconds": [*EDGES, None], "calls": sheet.waits},
    }


def _group(kind: str, one: Shown) -> dict[str, Any]:
    waits = (one.median, one.p95, one.longest)
    return {
        "kind": kind,
        "group": one.group,
        "word": one.word,
        **one.counts,
        "service_level": _rounded(one.level, 4),
        "abandonment": _rounded(one.abandonment, 4),
        **dict(zip(SHARES[2:], (_rounded(wait, 1) for wait in waits), strict=True)),
    }


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
