"""How long it is kept who was on duty, and what the rota was made of."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from harkline.rota.models import (
    CalendarFeed,
    Debrief,
    Duty,
    GapAlarm,
    Handover,
    Leave,
    Rota,
    Solve,
    SolveState,
    Swap,
    SwapState,
    Wish,
)
from harkline.runtime import expiry


def _duties(before: datetime) -> QuerySet[Duty]:
    return Duty.objects.filter(ended_at__lt=before)


def _rotas(before: datetime) -> QuerySet[Rota]:
    """By their first day: a rota is no longer than three months, and the period is longer by far."""
    return Rota.objects.filter(made_at__lt=before, first_day__lt=before.date())


def _solves(before: datetime) -> QuerySet[Solve]:
    open_ = (SolveState.QUEUED, SolveState.RUNNING)
    return Solve.objects.filter(asked_at__lt=before).exclude(state__in=open_)


def _swaps(before: datetime) -> QuerySet[Swap]:
    return Swap.objects.filter(asked_at__lt=before).exclude(state__in=[SwapState.ASKED, SwapState.ACCEPTED])


def _wishes(before: datetime) -> QuerySet[Wish]:
    return Wish.objects.filter(day__lt=before.date())


def _leaves(before: datetime) -> QuerySet[Leave]:
    return Leave.objects.filter(last_day__lt=before.date())


def _handovers(before: datetime) -> QuerySet[Handover]:
    return Handover.objects.filter(written_at__lt=before)


def _debriefs(before: datetime) -> QuerySet[Debrief]:
    return Debrief.objects.filter(began_at__lt=before)


def _alarms(before: datetime) -> QuerySet[GapAlarm]:
    return GapAlarm.objects.filter(closed_at__lt=before)


def _feeds(before: datetime) -> QuerySet[CalendarFeed]:
    return CalendarFeed.objects.filter(revoked_at__lt=before)


expiry.rows("duties", _("who was on duty"), 400, _("Hours of work, and a year to compare with."), _duties)
expiry.rows("rotas", _("rotas and drafts"), 400, _("Nights are shared out over months."), _rotas)
expiry.rows("solves", _("runs of the solver"), 90, _("Nobody looks at them any more."), _solves)
expiry.rows("swaps", _("swaps"), 90, _("The rota shows what came of them."), _swaps)
expiry.rows("wishes", _("wishes for a date"), 30, _("The date has passed."), _wishes)
expiry.rows("leaves", _("leave"), 400, _("A year to compare with."), _leaves)
expiry.rows("handovers", _("hand-over notes"), 14, _("They were for whoever came next."), _handovers)
expiry.rows("debriefs", _("debriefs"), 90, _("They say who had a hard time, and help nobody later."), _debriefs)
expiry.rows("gap_alarms", _("alarms of gaps"), 400, _("A year to learn from."), _alarms)
expiry.rows("feeds", _("ended calendar feeds"), 30, _("They open nothing any more."), _feeds)
