"""Offers, presence, escalation, and the outbox."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from harkline.intake.models import Contact, SealedObject, Thread
from harkline.line.models import Address
from harkline.people.models import Operator


class PresenceState(models.TextChoices):
    """Whether an operator can be offered a contact."""

    OFF = "off", _("off duty")
    IDLE = "idle", _("ready")
    BUSY = "busy", _("with somebody")
    NOT_READY = "not_ready", _("not ready")


class Medium(models.TextChoices):
    """By what an operator answers a call."""

    BROWSER = "browser", _("this browser")
    OWN_PHONE = "own_phone", _("my own phone")


class Presence(models.Model):
    """One operator, now."""

    operator = models.OneToOneField(Operator, on_delete=models.CASCADE, related_name="presence")
    state = models.CharField(max_length=10, choices=PresenceState.choices, default=PresenceState.OFF)
    reason = models.CharField(max_length=40, blank=True)
    medium = models.CharField(max_length=10, choices=Medium.choices, default=Medium.BROWSER)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.operator}: {self.state}"


class OfferState(models.TextChoices):
    """What became of an offer."""

    OFFERED = "offered", _("offered")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")
    TIMED_OUT = "timed_out", _("timed out")
    WITHDRAWN = "withdrawn", _("withdrawn")


class OfferPurpose(models.TextChoices):
    """What an operator is asked to do with a contact."""

    ANSWER = "answer", _("answer")
    TRANSFER = "transfer", _("take over from a colleague")
    CONFERENCE = "conference", _("come in")


class Offer(models.Model):
    """A contact put to one operator: a waiting one, or one that a colleague (``asked_by``) has in hand. A contact has one open offer
    at most, and so has an operator."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="offers")
    operator = models.ForeignKey(Operator, on_delete=models.CASCADE, related_name="offers")
    purpose = models.CharField(max_length=10, choices=OfferPurpose.choices, default=OfferPurpose.ANSWER)
    asked_by = models.ForeignKey(Operator, null=True, on_delete=models.PROTECT, related_name="+")
    medium = models.CharField(max_length=10, choices=Medium.choices)
    state = models.CharField(max_length=10, choices=OfferState.choices, default=OfferState.OFFERED)
    offered_at = models.DateTimeField()
    due_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["contact"], condition=Q(state="offered"), name="one_offer_a_contact"),
            models.UniqueConstraint(fields=["operator"], condition=Q(state="offered"), name="one_offer_an_operator"),
        ]

    def __str__(self) -> str:
        return f"offer, {self.state}"


class CompanionPurpose(models.TextChoices):
    """Why somebody is in a call beside the operator who has it."""

    TRANSFER = "transfer", _("takes over")
    CONFERENCE = "conference", _("comes in")
    INTERPRETER = "interpreter", _("interprets")
    LISTEN_IN = "listen_in", _("listens in")


class CompanionState(models.TextChoices):
    """How far somebody has come into a call."""

    ASKED = "asked", _("waits for the operator to agree")
    COMING = "coming", _("is coming")
    PRESENT = "present", _("is in the call")
    ENDED = "ended", _("has left")


class Companion(models.Model):
    """Somebody in a call beside the operator who has it. No ``operator``: an interpreter, whom the engine rings; ``label`` is then
    what the settings call them. ``joined_at``: their sound is in the call. ``reason`` says how it ended."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="companions")
    purpose = models.CharField(max_length=12, choices=CompanionPurpose.choices)
    operator = models.ForeignKey(Operator, null=True, on_delete=models.CASCADE, related_name="companions")
    label = models.CharField(max_length=60, blank=True)
    asked_by = models.ForeignKey(Operator, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=CompanionState.choices)
    asked_at = models.DateTimeField()
    joined_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["operator"],
                condition=Q(operator__isnull=False) & ~Q(state="ended"),
                name="in_one_call_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"companion, {self.state}"


class Wish(models.Model):
    """What a caller wants of who answers them next: the ``operator`` they know, and ``skills``. Both count for every later contact of
    the thread; for the operator they wait no longer than the line allows."""

    thread = models.OneToOneField(Thread, primary_key=True, on_delete=models.CASCADE, related_name="wish")
    operator = models.ForeignKey(Operator, null=True, on_delete=models.CASCADE, related_name="+")
    skills = models.JSONField(default=list)
    recorded_by = models.ForeignKey(Operator, null=True, on_delete=models.SET_NULL, related_name="+")
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return "wish"


class Escalation(models.Model):
    """How far the chain has gone for one contact that nobody took."""

    contact = models.OneToOneField(Contact, on_delete=models.CASCADE, related_name="escalation")
    step = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"step {self.step}"


class OutboundState(models.TextChoices):
    """How far something that goes out has come."""

    QUEUED = "queued", _("queued")
    SENDING = "sending", _("sending")
    ACCEPTED = "accepted", _("accepted by the next server")
    DELIVERED = "delivered", _("delivered")
    FAILED = "failed", _("failed")
    UNKNOWN = "unknown", _("unknown")


class Outbound(models.Model):
    """Something that goes back to a caller or to the escalation chain, once. ``boxed`` holds what the adapter needs to send it,
    under a key that is never on the disk, and is emptied as soon as it has gone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    channel = models.CharField(max_length=8)
    idempotency_key = models.CharField(max_length=64, unique=True)
    thread = models.ForeignKey(Thread, null=True, on_delete=models.PROTECT, related_name="outbound")
    object = models.ForeignKey(SealedObject, null=True, on_delete=models.PROTECT)
    state = models.CharField(max_length=10, choices=OutboundState.choices, default=OutboundState.QUEUED)
    boxed = models.BinaryField(default=bytes, blank=True)
    tries = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(db_index=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=60, blank=True)

    def __str__(self) -> str:
        return f"{self.channel} outbound, {self.state}"


class CallbackState(models.TextChoices):
    """How far a call back has come."""

    OPEN = "open", _("open")
    REACHED = "reached", _("reached")
    WITHDRAWN = "withdrawn", _("not wanted any more")


class CallbackConsent(models.TextChoices):
    """Who asked that the caller be called back."""

    CALLER = "caller", _("the caller")
    OTHER = "other", _("somebody else")


class Callback(models.Model):
    """A return call, on the caller's own terms. What the server has to know in order to refuse stands here; the number, the names
    and the words are sealed in ``terms``. Every change of the terms is a new sealed entry, and this row follows the newest.

    ``safe_windows``: ``[[days], opens, closes]`` each (``callback.SafeWindow``). ``shown`` is the address that the called telephone
    sees; none: the number is withheld. ``taken_at``: somebody took it from the list, to where it goes back."""

    contact = models.OneToOneField(Contact, on_delete=models.CASCADE, related_name="callback")
    terms = models.ForeignKey(SealedObject, null=True, on_delete=models.SET_NULL)
    state = models.CharField(max_length=10, choices=CallbackState.choices, default=CallbackState.OPEN)
    callback_consent = models.CharField(max_length=8, choices=CallbackConsent.choices, blank=True)
    time_zone = models.CharField(max_length=64)
    safe_windows = models.JSONField(default=list)
    first_day = models.DateField(null=True)
    last_day = models.DateField(null=True)
    number_given = models.BooleanField(default=False)
    shown = models.ForeignKey(Address, null=True, on_delete=models.SET_NULL)
    tries_allowed = models.PositiveSmallIntegerField()
    pause_minutes = models.PositiveIntegerField()
    expires_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Operator, null=True, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"call back, {self.state}"


class CallbackOutcome(models.TextChoices):
    """What came of a try. Empty while it runs. ``not_made``: the caller's telephone was never rung."""

    REACHED = "reached", _("reached")
    STRANGER = "stranger", _("a stranger answered")
    VOICEMAIL = "voicemail", _("voicemail")
    NO_ANSWER = "no_answer", _("no answer")
    BUSY = "busy", _("busy")
    WRONG = "wrong", _("wrong number")
    FAILED = "failed", _("the network refused it")
    INTERRUPTED = "interrupted", _("interrupted")
    NOT_MADE = "not_made", _("not made")


class CallbackOverride(models.Model):
    """Two people lift a caller's hours for one try: one asks, with a sealed reason and a fixed word, another confirms."""

    callback = models.ForeignKey(Callback, on_delete=models.CASCADE, related_name="overrides")
    word = models.CharField(max_length=16)
    reason = models.ForeignKey(SealedObject, null=True, on_delete=models.SET_NULL)
    asked_by = models.ForeignKey(Operator, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(Operator, null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"override, {self.word}"


class CallbackTry(models.Model):
    """One try to reach the caller. ``dialled_at`` is committed before their telephone is rung."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    callback = models.ForeignKey(Callback, on_delete=models.CASCADE, related_name="tries")
    operator = models.ForeignKey(Operator, on_delete=models.PROTECT, related_name="callback_tries")
    override = models.OneToOneField(CallbackOverride, null=True, on_delete=models.PROTECT)
    started_at = models.DateTimeField()
    dialled_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, choices=CallbackOutcome.choices, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["callback"], condition=Q(outcome=""), name="one_try_at_a_time"),
        ]

    def __str__(self) -> str:
        return f"try, {self.outcome or 'under way'}"


class Confidential(models.Model):
    """A thread that came encrypted: replies leave encrypted or not at all. ``allowed_…``: a supervisor has read in the caller's
    message ``allowed_on`` that answers in clear are wanted."""

    thread = models.OneToOneField(Thread, primary_key=True, on_delete=models.CASCADE, related_name="confidential")
    since = models.DateTimeField()
    allowed_by = models.ForeignKey(Operator, null=True, on_delete=models.PROTECT)
    allowed_at = models.DateTimeField(null=True)
    allowed_on = models.UUIDField(null=True)

    def __str__(self) -> str:
        return "encrypted thread"


class AlarmKind(models.TextChoices):
    """What can be wrong with the line itself."""

    NOBODY = "nobody", _("nobody is here whose shift it is")
    SILENT = "silent", _("an operator does not answer offers")
    ADAPTER = "adapter", _("a way in does not work")
    QUEUE = "queue", _("somebody waits longer than the target")
    GAP = "gap", _("the rota has a gap")
    CANARY = "canary", _("an address did not answer when the line tried it")
    NOTICE = "notice", _("the signed list of addresses runs out")
    DRIFT = "drift", _("the world serves something else than the notice says")
    CARDS = "cards", _("too many wrong answers to contact cards")


class Alarm(models.Model):
    """Something is wrong with the line itself, until it is right again. The chain of steps is taken until somebody says that they see to
    it, and goes on when it is still wrong an hour later. ``subject``: a language, an operator, an adapter, an address, a gap,
    what is wrong with the notice."""

    kind = models.CharField(max_length=10, choices=AlarmKind.choices)
    subject = models.CharField(max_length=64)
    raised_at = models.DateTimeField()
    step = models.PositiveIntegerField(default=0)  # steps of the chain that were taken
    acknowledged_by = models.ForeignKey(Operator, null=True, on_delete=models.SET_NULL, related_name="+")
    acknowledged_step = models.PositiveIntegerField(null=True)  # by telephone: the step of the chain that answered
    acknowledged_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "subject"], condition=Q(ended_at=None), name="one_alarm_a_subject"),
        ]

    def __str__(self) -> str:
        return f"alarm, {self.kind}"
