"""What watches over the line itself, for the page “Watch”: alarms that last, those that ended, and each address with its last trial."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils.formats import date_format
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from harkline.console import outside
from harkline.console.words import CHANNELS
from harkline.intake import canaries
from harkline.intake.models import Canary
from harkline.line import this
from harkline.line.models import Address
from harkline.outside.models import Observation
from harkline.people.models import Operator
from harkline.rota.cover import SKILL
from harkline.rota.models import GapAlarm
from harkline.routing import alarms, lines
from harkline.routing.models import Alarm, AlarmKind
from harkline.runtime import clock
from harkline.runtime.apart import apart

PAST = timedelta(days=7)
CLEARNET = "/"  # the public page
WHY = {
    "late": gettext_lazy("nothing came of it in time"),
    "not_answered": gettext_lazy("it was not answered as it should be"),
    "not_sent": gettext_lazy("it could not be sent"),
    "no_answer": gettext_lazy("nobody answered"),
    "silence": gettext_lazy("answered, but nothing was heard"),
    "busy": gettext_lazy("busy"),
    "declined": gettext_lazy("refused"),
    "failed": gettext_lazy("the network refused it"),
    "interrupted": gettext_lazy("interrupted"),
    "not_heard": gettext_lazy("no station repeated it"),
}


@dataclass(frozen=True)
class Told:
    """An alarm in words. ``by`` is who sees to it, in words, empty while nobody does; ``steps`` of the chain were taken."""

    row: Alarm
    sentence: str
    by: str


@dataclass(frozen=True)
class Tried:
    """An address and its newest trial that has ended, if there was one; ``trouble``: in words, empty where it answered."""

    address: Address
    last: Canary | None
    trouble: str
    under_way: bool

    @property
    def name(self) -> str:
        """As people call it."""
        return called(self.address)


def lasting() -> list[Told]:
    """Alarms that last, the oldest first."""
    return [_told(row) for row in alarms.open_()]


def ended() -> list[Told]:
    """Alarms of the last seven days that have ended, the newest first."""
    rows = Alarm.objects.filter(ended_at__gte=clock.now() - PAST).select_related("acknowledged_by")
    return [_told(row) for row in rows.order_by("-ended_at")[:50]]


def addresses() -> list[Tried]:
    """Every address that the line tries by itself."""
    last = canaries.latest()
    under_way = set(Canary.objects.filter(ended_at=None).values_list("address_id", flat=True))
    rows = [row for channel in canaries.PATIENCE for row in this.addresses(channel) if _tries(row)]
    return [_tried(row, last.get(row.pk), row.pk in under_way) for row in rows]


def _tries(address: Address) -> bool:
    """Where people speak on the radio, nothing is sent by itself; by data only where that is wanted."""
    air = lines.air()
    return address.channel != "radio" or bool(air and air.tried and address.value.split(" ")[0] == air.call_sign)


def _tried(address: Address, last: Canary | None, under_way: bool) -> Tried:
    trouble = str(WHY.get(last.reason, last.reason)) if last and not last.answered_at else ""
    return Tried(address, last, trouble, under_way)


def _told(row: Alarm) -> Told:
    by = row.acknowledged_by.name if row.acknowledged_by else ""
    if not by and row.acknowledged_step is not None:
        by = _("whoever was rung by step %d of the chain") % (row.acknowledged_step + 1)
    return Told(row, _sentence(row), by)


def _sentence(row: Alarm) -> str:
    subject = row.subject
    if row.kind == AlarmKind.NOBODY:
        return _("Nobody who speaks %s is here, though it is somebody's shift.") % _language(subject)
    if row.kind == AlarmKind.SILENT:
        operator = Operator.objects.filter(pk=subject).first() if subject.isdigit() else None
        return _("%s did not answer an offer and is not ready.") % (operator.name if operator else "–")
    if row.kind == AlarmKind.ADAPTER:
        return _("“%s” does not work.") % CHANNELS.get(subject, subject)
    if row.kind == AlarmKind.QUEUE:
        what, _colon, language = subject.partition(":")
        waits = _("Somebody on the telephone, in %s, has waited for longer than the target.")
        message = _("A message in %s has waited for longer than the target.")
        return (waits if what == "call" else message) % _language(language)
    if row.kind == AlarmKind.CANARY:
        address = Address.objects.filter(pk=subject).first() if subject.isdigit() else None
        return _("%s did not answer when the line tried it.") % (apart(called(address)) if address else "–")
    if row.kind == AlarmKind.NOTICE:
        return _notice(subject)
    if row.kind == AlarmKind.DRIFT:
        return outside.sentence(Observation.objects.filter(pk=subject).first() if subject.isdigit() else None)
    if row.kind == AlarmKind.CARDS:
        return _("Too many answers to contact cards were wrong: somebody may be guessing. Two lines are asked for.")
    return _gap(subject)


def _notice(subject: str) -> str:
    if subject == "missing":
        return _("The list of genuine addresses cannot be signed: its key is gone. See the page “Genuine addresses”.")
    return _("The signed list of genuine addresses runs out. Sign it again on the page “Genuine addresses”.")


def called(address: Address) -> str:
    """An address as people call it."""
    return _("The page") if address.value == CLEARNET else address.value


def _gap(subject: str) -> str:
    gap = GapAlarm.objects.filter(pk=subject).first() if subject.isdigit() else None
    if gap is None:
        return _("The rota has a gap.")
    begins = date_format(gap.begins.astimezone(this.zone()), "l j M H:i")
    if not gap.language:
        return _("The rota has a gap from %s.") % begins
    return _("The rota has a gap for %(language)s from %(begins)s.") % {
        "language": _language(gap.language),
        "begins": begins,
    }


def _language(code: str) -> str:
    if code.startswith(SKILL):
        return _("the skill “%s”") % code.removeprefix(SKILL)
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code
