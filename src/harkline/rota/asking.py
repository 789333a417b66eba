"""What people ask of the rota and of one another: leave, wishes, swaps and cover; hand-over notes, debriefs, calendar feeds."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from harkline.people.models import Operator
from harkline.rota.planning import Assignment


class LeaveState(models.TextChoices):
    """What became of a request for leave."""

    ASKED = "asked", _("asked for")
    GRANTED = "granted", _("granted")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Leave(models.Model):
    """Days on which somebody does not work, first and last included. Why is nobody's business here: no reason is kept."""

    operator = models.ForeignKey(Operator, on_delete=models.CASCADE, related_name="leaves")
    first_day = models.DateField()
    last_day = models.DateField()
    state = models.CharField(max_length=10, choices=LeaveState.choices, default=LeaveState.ASKED)
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(Operator, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"leave of {self.operator}, {self.state}"


class WishKind(models.TextChoices):
    """What somebody would like."""

    WORK = "work", _("I would like to work")
    OFF = "off", _("I would rather not work")


class Wish(models.Model):
    """What somebody would like on a date, or on a day of the week (0 = Monday): one pattern, or any (``code`` empty)."""

    operator = models.ForeignKey(Operator, on_delete=models.CASCADE, related_name="wishes")
    kind = models.CharField(max_length=4, choices=WishKind.choices)
    day = models.DateField(null=True)
    weekday = models.PositiveSmallIntegerField(null=True)
    code = models.CharField(max_length=3, blank=True)
    weight = models.PositiveSmallIntegerField(default=1)  # 1 a little, 2, 3 a lot
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(day=None, weekday__isnull=False) | Q(day__isnull=False, weekday=None),
                name="a_wish_names_a_date_or_a_weekday",
            )
        ]

    def __str__(self) -> str:
        return f"wish of {self.operator}, {self.kind}"


class SwapState(models.TextChoices):
    """How far a swap or a request for cover has come."""

    ASKED = "asked", _("asked")
    ACCEPTED = "accepted", _("accepted, to be approved")
    DONE = "done", _("done")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("withdrawn")
    EXPIRED = "expired", _("expired")


class Swap(models.Model):
    """``asker`` would give ``gives`` away: to ``to``, or whoever takes it where that is empty (a request for cover), for ``takes`` in
    return where that is named (a swap). ``holder`` is who accepted."""

    gives = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="+")
    takes = models.ForeignKey(Assignment, null=True, on_delete=models.CASCADE, related_name="+")
    asker = models.ForeignKey(Operator, on_delete=models.CASCADE, related_name="swaps_asked")
    to = models.ForeignKey(Operator, null=True, on_delete=models.CASCADE, related_name="swaps_for")
    state = models.CharField(max_length=10, choices=SwapState.choices, default=SwapState.ASKED)
    holder = models.ForeignKey(Operator, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Operator, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["gives"], condition=Q(state__in=["asked", "accepted"]), name="one_open_swap_a_shift"
            )
        ]

    def __str__(self) -> str:
        return f"swap, {self.state}"


class Handover(models.Model):
    """A note to whoever comes next. Sealed in the browser to the team, like every note; it names no contact."""

    author = models.ForeignKey(Operator, null=True, on_delete=models.SET_NULL, related_name="+")
    written_at = models.DateTimeField()
    object_id = models.UUIDField(unique=True)  # bound into the envelope
    sealed = models.JSONField()  # {wraps, chunks, size}: ciphertext only

    def __str__(self) -> str:
        return f"handover, {self.written_at:%Y-%m-%d %H:%M}"


class Debrief(models.Model):
    """Somebody had a hard contact and rests before the next one. Which contact it was is not kept here."""

    operator = models.ForeignKey(Operator, on_delete=models.CASCADE, related_name="debriefs")
    began_at = models.DateTimeField()
    due_at = models.DateTimeField()  # before this they are asked once more whether they are ready
    ended_at = models.DateTimeField(null=True)
    capped = models.BooleanField(default=False)  # it was the last hard contact that one duty should bring

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["operator"], condition=Q(ended_at=None), name="one_debrief_at_a_time")
        ]

    def __str__(self) -> str:
        return f"debrief of {self.operator}"


class CalendarFeed(models.Model):
    """An address from which a calendar reads somebody's shifts. Only a hash of its secret is kept. ``title`` is all that an event
    is called; what it is called is its owner's choice."""

    operator = models.ForeignKey(Operator, on_delete=models.CASCADE, related_name="feeds")
    token_hash = models.BinaryField(max_length=32, unique=True)
    title = models.CharField(max_length=40, blank=True)
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)  # the day it was last fetched
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"feed of {self.operator}"
