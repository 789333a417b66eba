"""Small things that the console's templates say again and again."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from harkline.console import pages as listed
from harkline.console import reminders, words
from harkline.count import policy as count_policy
from harkline.line import mail_keys, this
from harkline.line.models import Line, MailKey
from harkline.people import roles
from harkline.routing import lines
from harkline.routing.models import Outbound

register = template.Library()


@register.filter
def language(code: str) -> str:
    """A language's name."""
    return words.language(code)


@register.filter
def channel(word: str) -> str:
    """A channel's name."""
    return str(words.CHANNELS.get(word, word))


@register.filter
def flag(word: str) -> str:
    """What a flag means."""
    return words.flag(word)


@register.filter
def is_danger(word: str) -> bool:
    """Whether a flag says that a person is in danger."""
    return word in words.DANGER


@register.filter
def purpose(word: str) -> str:
    """What kind of thing is sealed."""
    return str(words.PURPOSES.get(word, word))


@register.filter
def kind(word: str) -> str:
    """A contact's kind."""
    return str(words.KINDS.get(word, word))


@register.filter
def disposition(word: str) -> str:
    """What a contact came to."""
    return str(words.DISPOSITIONS.get(word, word))


@register.filter
def reason(word: str) -> str:
    """Why somebody is not ready."""
    return str(words.REASONS.get(word, word))


@register.filter
def outbound(word: str) -> str:
    """Why something has not gone out."""
    return str(words.OUTBOUND.get(word, word))


@register.filter
def going(row: Outbound) -> str:
    """How far something that goes out has come, and why no further."""
    why = str(words.OUTBOUND.get(row.reason, row.reason))
    if row.channel != "radio":
        return f"{row.get_state_display()}: {why}" if why else str(row.get_state_display())
    state = str(words.ON_AIR.get(row.state, row.get_state_display()))
    # What was sent and is not acknowledged lies in the queue for its next try: to whoever reads it, it was sent.
    return why if row.reason in ("sent", "unheard") else f"{state}: {why}" if why else state


@register.filter
def block_reason(word: str) -> str:
    """Why a number is turned away."""
    return str(words.BLOCKS.get(word, word))


@register.filter
def spoken(word: str) -> str:
    """A fixed word as it is read aloud: ``address added``."""
    return word.replace("_", " ")


@register.filter
def team(word: str) -> str:
    """A team as an exclusion names it."""
    return words.team(word)


@register.simple_tag
def on_air() -> lines.Air | None:
    """How replies go by radio, if they do."""
    return lines.air()


@register.filter
def mail_key(address: str) -> MailKey | None:
    """The OpenPGP key that a mail address has now."""
    return mail_keys.current(address)


@register.filter
def weekday(number: int) -> str:
    """A day's name, 0 = Monday."""
    return str(words.WEEKDAYS[number])


@register.filter
def seconds(value: float | None) -> str:
    """``4:05`` for 245; a dash where there is nothing to say."""
    if value is None:
        return "–"
    whole = round(value)
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


@register.filter
def make_list_of(text: str) -> list[str]:
    """The words of a text between commas."""
    return text.split(",")


@register.simple_tag
def since(at: datetime | None) -> SafeString:
    """A clock that counts up in the browser. The fragment carries the moment it counts from, so that it does not change by itself."""
    if at is None:
        return SafeString("")
    return format_html('<time class="clock ltr" data-since="{}">{}</time>', at.isoformat(), f"{localtime(at):%H:%M}")


@register.simple_tag
def icon(name: str) -> SafeString:
    """One of the drawings in ``console/icons.html``; always beside a word."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="#icon-{}"/></svg>', name)


@register.simple_tag
def line_name() -> str:
    """What the line is called."""
    try:
        return this.line().name
    except Line.DoesNotExist:
        return "Harkline"


@register.simple_tag
def root(route: str) -> str:
    """The part before the id of a route's addresses, for scripts that put an id behind it."""
    nobody = UUID(int=0)
    return reverse(route, args=[nobody]).removesuffix(str(nobody))


@register.simple_tag(takes_context=True)
def may(context: template.Context, action: str) -> bool:
    """Whether the reader may do something (``people.roles``)."""
    return roles.may(context["request"].user, action)


@register.simple_tag(takes_context=True)
def pages(context: template.Context, here: str) -> dict[str, list[listed.Page]]:
    """The pages that the reader may open: ``beside`` one another, and ``behind`` a word."""
    user = context["request"].user

    def allowed(found: Iterable[listed.Page]) -> list[listed.Page]:
        return [page for page in found if roles.may(user, page.action)]

    return {"beside": allowed(listed.beside(here)), "behind": allowed(listed.behind())}


@register.simple_tag
def pressing() -> tuple[str, str] | None:
    """What an administrator is reminded of: a sentence and an address."""
    return reminders.pressing()


@register.simple_tag
def counting() -> bool:
    """Whether the line counts in the open."""
    return count_policy.present().on
