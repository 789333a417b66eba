"""The door between routing and those who sit at a radio: taking what they heard, who is there when, and the alarm of wrong answers."""

from datetime import datetime

from harkline.intake.models import Contact
from harkline.people.models import Operator
from harkline.people.roles import Action, may
from harkline.rota import shifts
from harkline.routing import alarms, offers
from harkline.routing.models import AlarmKind

ALL_CARDS = "cards"  # the one subject: no card is named


def take(contact_id: str, operator_id: int) -> bool:
    """Put a contact into the hand of whoever heard it. False where it does not wait."""
    return offers.claim(contact_id, operator_id)


def band(contact_id: str) -> str:
    """The band class of the station that a contact came by; empty where it came otherwise."""
    rows = Contact.objects.filter(pk=contact_id, attempt__address__station__isnull=False)
    return rows.values_list("attempt__address__station__band", flat=True).first() or ""


def people() -> list[tuple[int, str]]:
    """Who can sit at a radio: pk and name."""
    rows = Operator.objects.filter(is_active=True).order_by("name")
    return [(one.pk, one.name) for one in rows if may(one, Action.ANSWER)]


def planned(at: datetime) -> list[str]:
    """The names of those whose shift it is at a moment."""
    rows = Operator.objects.filter(pk__in=shifts.planned(at)).order_by("name")
    return list(rows.values_list("name", flat=True))


def alarm() -> None:
    """There are too many wrong answers to contact cards."""
    alarms.raise_(AlarmKind.CARDS, ALL_CARDS)


def alarm_over() -> None:
    """There are not any more."""
    alarms.end(AlarmKind.CARDS, ALL_CARDS)
