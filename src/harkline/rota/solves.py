"""Runs of the solver as rows: asked for, under way, done, cancelled, interrupted. The process itself belongs to ``server.solving``.

A server that dies leaves a row that says ``running``; the next start calls it interrupted, and it can be asked for again. Nothing
else has to be put right: the draft changes in the transaction that calls the run done.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from harkline.people.models import Operator
from harkline.rota import rotas
from harkline.rota.models import Assignment, Leave, Pattern, Rota, RotaState, Solve, SolveState
from harkline.rota.plan import run
from harkline.runtime import bell, clock

SECONDS = (20, 60, 300, 600)
REPAIR = 10
TAKE = "take"  # end now, and take what there is
OPEN = (SolveState.QUEUED, SolveState.RUNNING)


def missing() -> str:
    """Why there is no solver here, for people; empty where there is one."""
    if run.available():
        return ""
    return _("The solver is not installed: pip install 'harkline[rota]'. Rotas can be made by hand.")


def ask(rota_id: int, by: Operator | None, seconds: int, *, repair: bool = False) -> Solve:
    """Have a draft filled. Raises rotas.Refused."""
    if sentence := missing():
        raise rotas.Refused(sentence)
    if not Pattern.objects.filter(active=True).exists():
        raise rotas.Refused(_("There are no shift patterns yet: add some first."))
    rota = Rota.objects.filter(pk=rota_id, state=RotaState.DRAFT).first()
    if rota is None:
        raise rotas.Refused(_("This is no draft any more: make a copy to change it."))
    try:
        with transaction.atomic():
            row = Solve.objects.create(
                rota=rota, repair=repair, seconds=seconds, version=rota.version, asked_by=by, asked_at=clock.now()
            )
            rang(row.pk)
    except IntegrityError:
        raise rotas.Refused(_("The solver works on this draft already.")) from None
    return row


def rang(solve_id: int) -> None:
    """Ring that a run has come further."""
    bell.ring("solve", solve_id, "desk", "inside")


def latest(rota: Rota) -> Solve | None:
    """The last run over a rota."""
    return Solve.objects.filter(rota=rota).order_by("-asked_at", "-pk").first()


def cancel(solve_id: int) -> bool:
    """Give a run up; the draft stays as it was. False where it had ended."""
    done = Solve.objects.filter(pk=solve_id, state__in=OPEN).update(state=SolveState.CANCELLED, ended_at=clock.now())
    if done:
        rang(solve_id)
    return bool(done)


def take(solve_id: int) -> bool:
    """End a run now, and take the best that it has."""
    asked = Solve.objects.filter(pk=solve_id, state=SolveState.RUNNING).update(reason=TAKE)
    if asked:
        rang(solve_id)
    return bool(asked)


# --- for the server's runner


def interrupted() -> int:
    """Call what was under way when the server stopped interrupted; returns how many."""
    rows = Solve.objects.filter(state=SolveState.RUNNING)
    return rows.update(state=SolveState.INTERRUPTED, ended_at=clock.now(), reason="")


def begin() -> Solve | None:
    """Take the next run that waits."""
    row = Solve.objects.filter(state=SolveState.QUEUED).order_by("asked_at", "pk").first()
    if row is None:
        return None
    mine = Solve.objects.filter(pk=row.pk, state=SolveState.QUEUED)
    if not mine.update(state=SolveState.RUNNING, started_at=clock.now()):
        return None
    rang(row.pk)
    return row


def tell(solve_id: int, progress: Mapping[str, Any]) -> str:
    """Write down how far it is; returns what is wanted: empty to go on, ``take``, or ``stop``."""
    running = Solve.objects.filter(pk=solve_id, state=SolveState.RUNNING)
    if not running.update(progress=dict(progress)):
        return "stop"
    rang(solve_id)
    return TAKE if running.filter(reason=TAKE).exists() else ""


def failed(solve_id: int, sentence: str) -> None:
    """It came to nothing; the sentence says why and what to do."""
    rows = Solve.objects.filter(pk=solve_id, state=SolveState.RUNNING)
    if rows.update(state=SolveState.FAILED, ended_at=clock.now(), reason=sentence[:120]):
        rang(solve_id)


def done(solve_id: int, progress: Mapping[str, Any], rows: list[tuple[int, date, Pattern]]) -> bool:
    """Put what was found into the draft; False where the run was cancelled meanwhile."""
    with transaction.atomic():
        mine = Solve.objects.filter(pk=solve_id, state=SolveState.RUNNING)
        if not mine.update(state=SolveState.DONE, ended_at=clock.now(), progress=dict(progress), reason=""):
            return False
        rotas.fill(Solve.objects.select_related("rota").get(pk=solve_id).rota, rows)
        rang(solve_id)
    return True


# --- repair


def repair(leave: Leave, by: Operator) -> Solve | None:
    """Somebody is absent: a draft of the published rota without them on those days, and the solver to fill it while changing as
    little as it can. None where they are on no published shift then. Raises rotas.Refused."""
    mine = Assignment.objects.filter(operator=leave.operator, rota__state=RotaState.PUBLISHED)
    mine = mine.filter(day__gte=leave.first_day - timedelta(days=1), day__lte=leave.last_day)
    row = mine.order_by("day").select_related("rota").first()
    if row is None:
        return None
    with transaction.atomic():
        draft = rotas.copy(row.rota, by, _("%s, repaired") % row.rota.name)
        draft.assignments.filter(operator=leave.operator, day__gte=leave.first_day, day__lte=leave.last_day).delete()
        return ask(draft.pk, by, REPAIR, repair=True)
