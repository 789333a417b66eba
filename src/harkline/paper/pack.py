"""The fallback pack: what people on duty need when everything is down, on paper before it is.

Nothing of a caller is in it, no cover word, no code phrase and no key: it lies in a drawer and may be photographed.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from harkline.audit import chain
from harkline.audit.words import Act, Subject
from harkline.line import this
from harkline.notice import door
from harkline.paper import numbers, order, pack_words, policy, typeset
from harkline.paper.models import Consent, Pack
from harkline.people import operators
from harkline.people.models import Operator
from harkline.people.roles import READERS
from harkline.rota import duty, shifts
from harkline.routing import alarms
from harkline.runtime import clock

DAYS = 14  # of the rota
FORMS, MOST = 10, 60
STALE = timedelta(days=14)  # by then its rota has run out


def agree(operator: Operator) -> None:
    """They agree to stand in it with their own number."""
    Consent.objects.get_or_create(operator=operator, defaults={"given_at": clock.now()})


def take_back(operator: Operator) -> None:
    """They agree no longer; packs that were printed have to be fetched back by people."""
    Consent.objects.filter(operator=operator).delete()


def last() -> Pack | None:
    """The newest pack."""
    return Pack.objects.order_by("-first").first()


def make(by: Operator | None, forms: int = FORMS) -> bytes:
    """A pack as PDF in the language of the moment, with as many blank forms. Raises ``typeset.NotMade``, ValueError.

    The forms' numbers are taken first: a crash between the two leaves numbers that no form has, and never two forms with one number.
    """
    if not 0 <= forms <= MOST:
        raise ValueError(_("A pack has up to %d forms.") % MOST)
    row = _numbered(by, forms)
    made = typeset.pdf("fallback", data(row))
    chain.record(Act.DOWNLOADED, Subject.LINE, row.pk, reason="fallback_pack")
    return made


def _numbered(by: Operator | None, forms: int) -> Pack:
    while True:
        first = (Pack.objects.aggregate(next=Max(F("first") + F("forms")))["next"] or 1) if Pack.objects.exists() else 1
        try:
            with transaction.atomic():
                return Pack.objects.create(first=first, forms=forms, made_at=clock.now(), made_by=by)
        except IntegrityError:
            continue  # somebody else made one in the same moment


def data(row: Pack) -> Mapping[str, Any]:
    """Everything that stands in it."""
    code = get_language() or "en"
    return {
        **order.script(code),
        "accent": order.ACCENT,
        "title": _("Fallback pack"),
        "line": this.line().name,
        "made": _("Made on %s. Make a new one when the rota or a number changes, and destroy this one.")
        % _moment(row.made_at),
        "steps": pack_words.steps(),
        "headings": pack_words.headings(),
        "addresses": _addresses(code),
        "people": people(),
        "shifts": _shifts(row.made_at),
        "chain": _chain(),
        "trunks": [
            {"name": one.name, "server": one.server, "numbers": [numbers.grouped(n) for n in one.numbers]}
            for one in policy.trunks()
        ],
        "divert": pack_words.divert(),
        "talk": pack_words.talk(),
        "form": pack_words.form(),
        "forms": [f"{row.first + at:06d}" for at in range(row.forms)],
        "none": "–",
    }


def _moment(at: datetime) -> str:
    return date_format(at.astimezone(this.zone()), "j N Y, H:i")


def _addresses(code: str) -> list[dict[str, str]]:
    notice = door.present()
    return [order.address(one, code) for one in notice.addresses] if notice else []


def people() -> list[dict[str, str]]:
    """Who answers, with a number where they gave one and agreed to have it here."""
    agreed = set(Consent.objects.values_list("operator_id", flat=True))
    rows = Operator.objects.filter(is_active=True, suspended_at=None, role__in=READERS).order_by("name")
    return [
        {
            "name": one.name,
            "speaks": ", ".join(order.own_name(code) for code in one.languages),
            "phone": _phone(one) if one.pk in agreed else "",
        }
        for one in rows
    ]


def _phone(one: Operator) -> str:
    return numbers.grouped(operators.own_phone(one)) if one.own_phone else ""


def _shifts(since: datetime) -> list[dict[str, str]]:
    names = dict(Operator.objects.filter(is_active=True).values_list("pk", "name"))
    found = duty.stretches(shifts.all_shifts(), since, since + timedelta(days=DAYS), this.zone())
    return [
        {
            "day": date_format(one.begins.astimezone(this.zone()), "D j N"),
            "hours": f"{_hour(one.begins)}–{_hour(one.ends)}",
            "name": names[one.operator],
        }
        for one in sorted(found, key=lambda one: (one.begins, one.operator))
        if one.operator in names
    ]


def _hour(at: datetime) -> str:
    return at.astimezone(this.zone()).strftime("%H:%M")


def _chain() -> list[dict[str, str]]:
    return [
        {
            "after": pack_words.after(step.after),
            "to": _to(step.to),
            "outside": _("outside the team") if step.outside else "",
        }
        for step in alarms.chain()
    ]


def _to(target: str) -> str:
    kind, _colon, value = target.partition(":")
    return numbers.grouped(value) if kind == "phone" else value
