"""The line itself. One installation serves one organisation and one line with many addresses."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    """The kind of way by which a caller reaches the line."""

    PHONE = "phone", _("phone")
    EMAIL = "email", _("email")
    WEB = "web", _("web")
    RADIO = "radio", _("radio")
    SMS = "sms", _("sms")


class Line(models.Model):
    """The hotline: a single row, pk 1."""

    name = models.CharField(max_length=80)
    languages = models.JSONField(default=list)  # ISO 639-1, the first is the fallback
    timezone = models.CharField(max_length=64, default="UTC")
    opened_at = models.DateTimeField()
    set_up_at = models.DateTimeField(null=True)  # when an administrator had gone through set-up to its end

    def __str__(self) -> str:
        return self.name


class Address(models.Model):
    """One published way to reach the line. ``value`` is a number in E.164, a mail address, a path, or a call sign
    on a frequency (``line.radio``)."""

    channel = models.CharField(max_length=8, choices=Channel.choices)
    value = models.CharField(max_length=254)
    label = models.CharField(max_length=80, blank=True)
    language = models.CharField(max_length=8, blank=True)  # spoken without asking, when set
    published = models.BooleanField(default=True)
    active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["channel", "value"], name="one_row_an_address")]

    def __str__(self) -> str:
        return self.value


class Band(models.TextChoices):
    """The class of a radio frequency: by whose rules it is used. ``harkline.line.radio`` holds what may be sent where."""

    AMATEUR = "amateur", _("amateur")
    LICENSED = "licensed", _("licensed, as for a business or an aid organisation")
    MARITIME = "maritime", _("maritime")
    CB = "cb", _("citizens' band, free for everybody")
    OTHER = "other", _("other")


class Modulation(models.TextChoices):
    """How a radio has to be set to hear it."""

    FM = "fm", _("FM")
    AM = "am", _("AM")
    USB = "usb", _("upper sideband")
    LSB = "lsb", _("lower sideband")


class Station(models.Model):
    """What belongs to an address of the channel radio: a call sign on a frequency, by voice or by data."""

    address = models.OneToOneField(Address, primary_key=True, on_delete=models.CASCADE, related_name="station")
    call_sign = models.CharField(max_length=20)  # upper case
    hertz = models.PositiveBigIntegerField()
    band = models.CharField(max_length=8, choices=Band.choices)
    modulation = models.CharField(max_length=3, choices=Modulation.choices, default=Modulation.FM)
    data = models.BooleanField(default=False)  # packets (APRS); otherwise people speak there

    def __str__(self) -> str:
        return f"{self.call_sign} ({self.band})"


class Net(models.Model):
    """Hours of the week in which somebody of the line listens at a station, on the line's own clock."""

    station = models.ForeignKey(Station, on_delete=models.CASCADE, related_name="nets")
    weekday = models.PositiveSmallIntegerField()  # 0 is Monday
    starts = models.TimeField()
    minutes = models.PositiveSmallIntegerField()  # 5 to 1440; may go on over midnight

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "weekday", "starts"], name="one_net_at_a_time")
        ]
        ordering: ClassVar = ["weekday", "starts"]

    def __str__(self) -> str:
        return f"{self.station_id}: {self.weekday} {self.starts:%H:%M}"


class MailKey(models.Model):
    """The public half of an OpenPGP key of one of the line's mail addresses. Its private half is a file beside the host key."""

    address = models.CharField(max_length=254)  # lower case
    fingerprint = models.CharField(max_length=64, unique=True)  # lower-case hexadecimal
    certificate = models.BinaryField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.fingerprint

    @property
    def directory_name(self) -> str:
        """Its name in a Web Key Directory."""
        from harkline.line.mail_keys import directory_name

        return directory_name(self.address.rpartition("@")[0])

    @property
    def spoken(self) -> str:
        """The fingerprint as people compare it."""
        from harkline.line.mail_keys import in_groups

        return in_groups(self.fingerprint)


class Cover(models.Model):
    """What an operator talks about in one language while somebody listens, and by which phrase a caller says that they are forced."""

    language = models.CharField(max_length=8, unique=True)
    topics = models.JSONField(default=list)
    phrase = models.BinaryField(default=bytes, blank=True)  # boxed with the host key

    def __str__(self) -> str:
        return f"cover words ({self.language})"


class PromptState(models.TextChoices):
    """How far a spoken prompt has come."""

    DRAFT = "draft", _("draft")
    RECORDED = "recorded", _("recorded, awaiting review")
    REVIEWED = "reviewed", _("reviewed")


class PromptRecording(models.Model):
    """A recording that replaces the shipped draft of one prompt in one language: 8 kHz mu-law, no header."""

    key = models.CharField(max_length=40)
    language = models.CharField(max_length=8)
    audio = models.BinaryField()
    state = models.CharField(max_length=10, choices=PromptState.choices)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["key", "language"], name="one_recording_a_prompt")]

    def __str__(self) -> str:
        return f"{self.key} ({self.language})"
