"""Contact cards, the lines that were used up, and who sits at the radio when. No card's letters are here: they follow from a key."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class CardKey(models.Model):
    """The key from which cards are made (``keys``). It lies boxed under the host key; emptied when it ends, and its cards with it."""

    boxed = models.BinaryField()
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"card key {self.pk}"


class EndReason(models.TextChoices):
    """Why a card does not count any more, in a fixed word."""

    LOST = "lost", _("lost")
    SEEN = "seen", _("seen or copied by somebody else")
    USED = "used", _("used up, or the next one was given")
    MISPRINTED = "misprinted", _("not printed well")
    OVER = "over", _("not needed any more")
    ALL = "all", _("all cards were ended together")


class Card(models.Model):
    """A printed sheet by which somebody is recognised over the air. ``name`` is spoken in clear, so that knowing it means nothing,
    and is never given twice. A card is only ever ended, never removed: its used lines must stay used."""

    name = models.CharField(max_length=6, unique=True)
    key = models.ForeignKey(CardKey, on_delete=models.PROTECT, related_name="cards")
    letters = models.PositiveSmallIntegerField(default=3)  # of a cell, without its check letter
    label = models.BinaryField(default=bytes)  # boxed under the host key: what the line calls whoever has it
    thread = models.UUIDField(null=True, db_index=True)  # of the caller who has it, where that is known
    issued_by = models.ForeignKey("people.Operator", on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    printed_by = models.ForeignKey("people.Operator", null=True, on_delete=models.PROTECT, related_name="+")
    printed_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("people.Operator", null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=10, choices=EndReason.choices, blank=True)

    def __str__(self) -> str:
        return self.name


class Verdict(models.TextChoices):
    """What came of a line. Answers of somebody who is forced are right ones here: the contact's flag alone says otherwise."""

    RIGHT = "right", _("right")
    WRONG = "wrong", _("wrong")


class Draw(models.Model):
    """A column was drawn for a line of a card: from that moment on the line is used up, whatever comes of it. ``contact`` and
    its ``thread`` are emptied when that is removed. ``needed``: how many lines in a row were asked for at that moment."""

    card = models.ForeignKey(Card, on_delete=models.PROTECT, related_name="draws")
    line = models.PositiveSmallIntegerField()
    column = models.PositiveSmallIntegerField()  # 0 is A
    contact = models.UUIDField(null=True, db_index=True)
    thread = models.UUIDField(null=True, db_index=True)
    operator = models.ForeignKey("people.Operator", on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField()
    needed = models.PositiveSmallIntegerField(default=1)
    garbled = models.PositiveSmallIntegerField(default=0)  # answers that were no answer
    verdict = models.CharField(max_length=5, choices=Verdict.choices, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["card", "line"], name="a_line_works_once")]
        indexes: ClassVar = [
            models.Index(fields=["ended_at"], condition=models.Q(verdict="wrong"), name="wrong_answers")
        ]

    def __str__(self) -> str:
        return f"{self.card_id}, line {self.line}"


class OnNet(models.Model):
    """Who sits at the radio in some hours of the week."""

    net = models.ForeignKey("line.Net", on_delete=models.CASCADE, related_name="+")
    operator = models.ForeignKey("people.Operator", on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["net", "operator"], name="once_on_a_net")]

    def __str__(self) -> str:
        return "on a net"
