"""Attempts, threads, contacts, and the sealed objects that hold what was said.

What the server may read of them is the fixed list in ``docs/reference/readable-fields.md``, held against these models by a test.
"""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from harkline.line.models import Address, Channel
from harkline.people.models import Operator


class Outcome(models.TextChoices):
    """How an attempt ended. Empty while it has not."""

    ANSWERED = "answered", _("answered")
    ABANDONED = "abandoned", _("abandoned")
    SHORT_ABANDONED = "short_abandoned", _("short-abandoned")
    MESSAGE = "message", _("message left")
    CALLBACK_REQUESTED = "callback_requested", _("callback requested")
    OVERFLOWED = "overflowed", _("overflowed")
    INTERRUPTED = "interrupted", _("interrupted")
    REJECTED = "rejected", _("rejected")


class Stage(models.TextChoices):
    """How far an attempt came."""

    ARRIVED = "arrived", _("arrived")
    GREETING = "greeting", _("greeting")
    LANGUAGE = "language", _("language")
    QUEUE = "queue", _("queue")
    RINGING = "ringing", _("ringing")
    TALKING = "talking", _("talking")
    MESSAGE = "message", _("message")
    DONE = "done", _("done")


class Presentation(models.TextChoices):
    """What the network said of the caller's number. ``removed`` is our own doing."""

    ALLOWED = "allowed", _("allowed")
    RESTRICTED = "restricted", _("restricted")
    UNAVAILABLE = "unavailable", _("unavailable")
    REMOVED = "removed", _("removed by us")


class Attempt(models.Model):
    """Any try to reach the line, answered or not. Recorded before anything else happens."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    address = models.ForeignKey(Address, null=True, on_delete=models.PROTECT)
    dedupe_key = models.CharField(max_length=64)
    arrived_at = models.DateTimeField(db_index=True)
    ended_at = models.DateTimeField(null=True)
    stage = models.CharField(max_length=8, choices=Stage.choices, default=Stage.ARRIVED)
    outcome = models.CharField(max_length=20, choices=Outcome.choices, blank=True)
    language = models.CharField(max_length=8, blank=True)
    language_chosen = models.BooleanField(default=False)
    presentation = models.CharField(max_length=12, choices=Presentation.choices, blank=True)
    machine_kind = models.CharField(max_length=12, default="human")
    reason = models.CharField(max_length=40, blank=True)  # a fixed word: why rejected, why held
    return_code = models.BinaryField(null=True, max_length=32)  # of a phone call, keyed hash
    paper_at = models.DateTimeField(null=True)  # when it was entered from paper; arrived_at is what the paper says

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["channel", "dedupe_key"], name="an_attempt_counts_once")
        ]

    def __str__(self) -> str:
        return f"{self.channel} attempt, {self.outcome or self.stage}"


class Thread(models.Model):
    """One caller's way back: what they may read again and where we may answer. ``handle`` goes into a reply address;
    ``lookup`` is the keyed hash of a return code; ``caller_public`` lets replies be sealed to the holder of the code."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    handle = models.BinaryField(max_length=5, unique=True)
    lookup = models.BinaryField(max_length=32, null=True, unique=True)
    caller_public = models.BinaryField(max_length=32, null=True)
    opened_at = models.DateTimeField()
    quiet_until = models.DateTimeField(
        null=True
    )  # after a safe ending: shown to nobody who comes with the code, until then

    def __str__(self) -> str:
        return f"{self.channel} thread"


class ContactState(models.TextChoices):
    """Where a contact stands. Only ``routing`` moves it, by compare-and-set."""

    WAITING = "waiting", _("waiting")
    IN_HAND = "in_hand", _("in hand")
    WRAP_UP = "wrap_up", _("wrap-up")
    CLOSED = "closed", _("closed")


RISK_OF = {"listener_present": 1, "duress": 2}  # what a flag says of the danger somebody is in


class Contact(models.Model):
    """One exchange on one channel. ``live`` is a caller who is there now (a call, a chat), not a message that waits."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    attempt = models.OneToOneField(Attempt, on_delete=models.PROTECT, related_name="contact")
    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="contacts")
    channel = models.CharField(max_length=8, choices=Channel.choices)
    language = models.CharField(max_length=8)
    live = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=ContactState.choices, default=ContactState.WAITING)
    risk = models.PositiveSmallIntegerField(default=0)  # 0 usual, 1 raised, 2 high
    flags = models.JSONField(default=list)  # fixed words: listener_present, duress, held, callback, …
    head = models.BooleanField(default=False)  # lost its operator: before everybody of its risk
    arrived_at = models.DateTimeField()
    waiting_since = models.DateTimeField()
    operator = models.ForeignKey(Operator, null=True, on_delete=models.PROTECT)
    accepted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    kind = models.CharField(max_length=20, blank=True)
    disposition = models.CharField(max_length=40, blank=True)
    callback_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["waiting_since"], condition=Q(state="waiting"), name="the_waiting_list")
        ]

    def __str__(self) -> str:
        return f"{self.channel} contact, {self.state}"


class Purpose(models.TextChoices):
    """What a sealed object holds; bound into its envelope."""

    MESSAGE = "message", _("message")
    ORIGINAL = "original", _("original mail")
    ATTACHMENT = "attachment", _("attachment")
    CLEANED = "cleaned", _("cleaned copy")
    RECORDING = "recording", _("recording")
    HANDLE = "handle", _("number or address of the caller")
    NOTE = "note", _("note")
    REPLY = "reply", _("reply")
    CALL_LOG = "call_log", _("call log")
    TERMS = "terms", _("callback terms")
    PHRASE = "phrase", _("code phrase")
    EVIDENCE = "evidence", _("evidence for the open count")


class SealedObject(models.Model):
    """Something sealed, in chunks (``seal.envelope``). ``complete`` is false while a recording is still being written, and for
    ever if a crash ended it: what is there opens, and says that it is cut off."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="sealed")
    contact = models.ForeignKey(Contact, null=True, on_delete=models.PROTECT, related_name="sealed")
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    size = models.PositiveBigIntegerField(default=0)
    state = models.CharField(max_length=12, default="ok")  # ok, held, undecodable
    complete = models.BooleanField(default=True)
    by_caller = models.BooleanField(default=True)
    filed = models.BooleanField(default=False)  # whether records has made an entry of it
    created_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["created_at"], condition=Q(filed=False), name="what_is_not_filed")]

    def __str__(self) -> str:
        return f"sealed {self.purpose}"


class Chunk(models.Model):
    """64 KiB of an object, encrypted."""

    object = models.ForeignKey(SealedObject, on_delete=models.CASCADE, related_name="chunks")
    position = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["object", "position"], name="one_chunk_a_position")]

    def __str__(self) -> str:
        return f"chunk {self.position}"


class Wrap(models.Model):
    """The object's key, sealed to one recipient: ``team:1`` or ``caller``."""

    object = models.ForeignKey(SealedObject, on_delete=models.CASCADE, related_name="wraps")
    recipient = models.CharField(max_length=40)
    data = models.BinaryField(max_length=80)
    # Whose browser sealed it anew, until another has compared it with the old wraps (records.reseal).
    sealed_by = models.ForeignKey(Operator, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["object", "recipient"], name="one_wrap_a_recipient")]
        indexes: ClassVar = [models.Index(fields=["recipient"], name="wraps_of_a_recipient")]

    def __str__(self) -> str:
        return f"wrap for {self.recipient}"


class Exclusion(models.Model):
    """A colleague, or everybody of a team, for whom a thread does not exist (``intake.exclusions``). In force until ``lifted_at``.
    ``team`` is a skill, ``role:operator`` and the like, or ``*`` for everybody but the first readers."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="exclusions")
    operator = models.ForeignKey(Operator, null=True, on_delete=models.CASCADE, related_name="exclusions")
    team = models.CharField(max_length=40, blank=True)
    by = models.ForeignKey(Operator, null=True, on_delete=models.PROTECT, related_name="+")  # empty: the caller
    set_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["operator", "team"], condition=Q(lifted_at=None), name="exclusions_in_force")
        ]

    def __str__(self) -> str:
        return "exclusion"


class HandleMark(models.Model):
    """64 bits by which a number or an address is recognised, under a key that lies elsewhere and is destroyed (``handle_key``)."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="marks")
    kind = models.CharField(max_length=8, choices=Channel.choices)
    period = models.PositiveIntegerField()
    mark = models.BinaryField(max_length=8)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["mark", "period"], name="who_called_before")]

    def __str__(self) -> str:
        return f"{self.kind} mark"


class Block(models.Model):
    """A number or an address that is turned away for a time. It ends by itself, sooner unless a second person looked at it."""

    contact = models.ForeignKey(Contact, null=True, on_delete=models.SET_NULL, related_name="blocks")
    kind = models.CharField(max_length=8, choices=Channel.choices)
    period = models.PositiveIntegerField()
    mark = models.BinaryField(max_length=8)
    reason = models.CharField(max_length=20)  # a fixed word
    by = models.ForeignKey(Operator, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    review_by = models.DateTimeField()
    reviewer = models.ForeignKey(Operator, null=True, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=20, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["mark"], condition=Q(ended_at=None), name="blocks_in_force")]

    def __str__(self) -> str:
        return f"block of a {self.kind} handle"


class Canary(models.Model):
    """The line tries one of its own addresses by the real path: rings the number, mails the address, writes on the page. ``token``: a
    keyed hash of what the try carries; ``arrived_at``: it was recorded as an attempt; ``answered_at``: the machinery answered it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    address = models.ForeignKey(Address, on_delete=models.CASCADE, related_name="canaries")
    token = models.BinaryField(max_length=32, unique=True)
    sent_at = models.DateTimeField(db_index=True)
    due_at = models.DateTimeField()
    attempt = models.OneToOneField(Attempt, null=True, on_delete=models.SET_NULL, related_name="canary")
    arrived_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=20, blank=True)  # a fixed word: why it failed

    def __str__(self) -> str:
        return f"canary, {'under way' if self.ended_at is None else self.reason or 'answered'}"


class DayFigure(models.Model):
    """How many of something there were on a day; what stays when contacts and attempts are removed. ``what`` is kind, disposition,
    wait or outcome, ``word`` one of its fixed words."""

    day = models.DateField()
    channel = models.CharField(max_length=8, choices=Channel.choices)
    language = models.CharField(max_length=8, blank=True)
    what = models.CharField(max_length=12)
    word = models.CharField(max_length=40)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["day", "channel", "language", "what", "word"], name="one_count_a_day_and_word"
            )
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.count}"
