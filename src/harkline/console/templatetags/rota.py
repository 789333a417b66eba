"""Small things that the rota's templates say again and again."""

from collections.abc import Mapping
from datetime import time

from django import template

from harkline.console import rota_words
from harkline.rota import judge
from harkline.rota.cover import Gap
from harkline.rota.models import AcceptedHole, Assignment, GapAlarm

register = template.Library()


@register.filter
def need_from(word: str) -> str:
    """Where a need comes from."""
    return rota_words.need_from(word)


@register.filter
def phase(word: str | None) -> str:
    """What the solver is doing."""
    return rota_words.phase(word or "reading")


@register.filter
def progress_words(found: Mapping[str, object]) -> str:
    """How good what the solver has is."""
    return rota_words.progress(found)


@register.filter
def as_hours(minutes: int) -> str:
    """``7.5 h`` for 450."""
    return rota_words.hours(minutes)


@register.filter
def in_hours(minutes: int) -> str:
    """``7.5`` for 450, as a field takes it."""
    return f"{minutes / 60:g}"


@register.filter
def as_clock(minute: int | None) -> str:
    """``22:30`` for 1350; empty for none. Midnight at the end of a day is 00:00."""
    return "" if not isinstance(minute, int) else f"{minute // 60 % 24:02}:{minute % 60:02}"


@register.filter
def shift_ends(row: Assignment) -> time:
    """When a shift ends by the wall clock."""
    return judge.Turn(row.day, row.starts, row.minutes).ends.time()


@register.filter
def hole_span(row: AcceptedHole | GapAlarm) -> str:
    """From when to when."""
    return rota_words.span(row.begins, row.ends)


@register.filter
def hole_words(row: AcceptedHole | GapAlarm) -> str:
    """Who is missing."""
    return rota_words.hole(Gap(row.begins, row.ends, row.language, row.have, row.need))
