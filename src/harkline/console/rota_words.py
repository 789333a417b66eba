"""What the rota's pages say: every broken rule and every hole in a sentence."""

from collections.abc import Mapping
from datetime import date, datetime

from django.utils import formats
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from harkline.console.words import language
from harkline.rota.cover import SKILL, Gap
from harkline.rota.judge import Broken
from harkline.runtime.apart import listed

NEED_FROM = {"typed": gettext_lazy("typed by hand"), "forecast": gettext_lazy("the forecast")}
PHASES = {
    "reading": gettext_lazy("reading the draft"),
    "first draft": gettext_lazy("a first draft"),
    "bound": gettext_lazy("what is the best that can be"),
    "dive": gettext_lazy("putting people on shifts"),
    "neighbourhoods": gettext_lazy("making it better, piece by piece"),
}


def day(at: date) -> str:
    """``Mon 8 June``, in the reader's language."""
    return formats.date_format(at, "D j M")


def hours(minutes: int) -> str:
    """``7.5 h`` for 450, ``8 h`` for 480."""
    return _("%s h") % formats.number_format(round(minutes / 60, 1), decimal_pos=0 if minutes % 60 == 0 else 1)


def broken(one: Broken, name: str) -> str:
    """A broken rule, with who, when, and what the rule is."""
    said = {
        "name": name,
        "day": day(one.days[0]),
        "last": day(one.days[-1]),
        "have": one.have,
        "limit": one.limit,
        "have_hours": hours(one.have),
        "limit_hours": hours(one.limit),
        "days": listed(day(each) for each in one.days),
    }
    return str(_SENTENCES[one.rule]) % said


_SENTENCES = {
    "contract": gettext_lazy("%(name)s cannot be planned on %(day)s: the contract does not cover it."),
    "leave": gettext_lazy("%(name)s is on leave while the shift of %(day)s lasts."),
    "availability": gettext_lazy("%(name)s cannot work at these hours of %(day)s."),
    "overlap": gettext_lazy("%(name)s has two shifts at once on %(day)s and %(last)s."),
    "rest": gettext_lazy(
        "%(name)s rests only %(have_hours)s between %(day)s and %(last)s; %(limit_hours)s are the rule."
    ),
    "days_in_row": gettext_lazy(
        "%(name)s works %(have)s days in a row from %(day)s to %(last)s; %(limit)s at most are the rule."
    ),
    "days_off": gettext_lazy(
        "%(name)s has %(have)s days off between %(day)s and %(last)s; %(limit)s at least are the rule."
    ),
    "week_most": gettext_lazy(
        "%(name)s works %(have_hours)s in the week of %(day)s; %(limit_hours)s at most are agreed."
    ),
    "week_least": gettext_lazy(
        "%(name)s works %(have_hours)s in the week of %(day)s; %(limit_hours)s at least are agreed."
    ),
    "nights": gettext_lazy(
        "%(name)s works %(have)s nights within four weeks (%(days)s); %(limit)s at most are the rule."
    ),
    "weekends": gettext_lazy("%(name)s works on %(have)s weekends within four weeks; %(limit)s at most are the rule."),
}


def span(begins: datetime, ends: datetime) -> str:
    """``Mon 8 June 22:00 – Tue 9 June 06:00`` by the line's clock; the second day only where it is another."""
    since, to = localtime(begins), localtime(ends)
    first = f"{day(since)} {since:%H:%M}"
    return f"{first}–{to:%H:%M}" if since.date() == to.date() else f"{first} – {day(to)} {to:%H:%M}"


def hole(one: Gap) -> str:
    """A hole: who is missing, how many, by language."""
    if one.language.startswith(SKILL):
        return _skilled(one)
    said = {"have": one.have, "need": one.need, "language": language(one.language) if one.language else ""}
    if one.language and not one.have:
        return _("nobody speaks %(language)s (%(need)s needed)") % said
    if one.language:
        return _("%(have)s of %(need)s speak %(language)s") % said
    return (_("nobody is on duty (%(need)s needed)") if not one.have else _("%(have)s of %(need)s on duty")) % said


def _skilled(one: Gap) -> str:
    said = {"have": one.have, "need": one.need, "skill": one.language.removeprefix(SKILL)}
    if not one.have:
        return _("nobody has the skill “%(skill)s” (%(need)s needed)") % said
    return _("%(have)s of %(need)s have the skill “%(skill)s”") % said


def phase(word: str) -> str:
    """What the solver is doing."""
    return str(PHASES.get(word, word))


def need_from(word: str) -> str:
    """Where a need comes from."""
    return str(NEED_FROM.get(word, word))


def progress(found: Mapping[str, object]) -> str:
    """How good what the solver has is: what could at most still be saved, as a share."""
    objective, bound = found.get("objective"), found.get("bound")
    if not isinstance(objective, int | float) or not isinstance(bound, int | float):
        return ""
    gap = max(0.0, objective - bound) / max(1e-9, abs(objective))
    if gap > 1:
        return ""
    if gap < 0.0005:
        return _("proven: no rota under these rules is better")
    return _("at most %s %% better is possible, proven") % formats.number_format(100 * gap, decimal_pos=1)
