"""What an operator talks about while somebody listens: cover topics, yes/no questions, and the line's own code phrase.

Topics are the line's, a few in each language; until somebody writes them, supplied ones stand in. The phrase is boxed under the
host key: it is agreed with many callers and no single case's.
"""

from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from harkline.audit import chain
from harkline.audit.words import Act, Subject
from harkline.intake.models import Contact
from harkline.line import this
from harkline.line.models import Cover
from harkline.people import vault

MOST, LONGEST = 8, 120  # topics a language, and letters of each
MARKS = ("listener_present", "duress")  # what an operator may set and take back
QUESTIONS = (
    _("Are you alone?"),
    _("Can they hear what I say?"),
    _("Are you hurt?"),
    _("Shall I go on talking about something else?"),
    _("Shall we end this call?"),
    _("Shall I send for help?"),
)
_SUPPLIED = (
    _("a short survey about shopping"),
    _("a parcel that could not be delivered"),
    _("an appointment to be moved"),
)


@dataclass(frozen=True)
class Words:
    """What the line has for one language."""

    language: str
    topics: list[str]
    phrase: str


def words(language: str) -> Words:
    """The topics and the phrase of a language."""
    row = Cover.objects.filter(language=language).first()
    phrase = vault.open_(bytes(row.phrase), _context(language)).decode() if row and row.phrase else ""
    with translation.override(language):
        supplied = [gettext(str(one)) for one in map(_plain, _SUPPLIED)]
    return Words(language, list(row.topics) if row and row.topics else supplied, phrase)


def _plain(lazy: object) -> str:
    with translation.override("en"):
        return str(lazy)


def every() -> list[Words]:
    """Those of all the line's languages."""
    return [words(one) for one in this.line().languages]


def keep(language: str, topics: list[str], phrase: str) -> None:
    """Put them in place of what was there. Raises ValueError for a language that is not the line's."""
    if language not in this.line().languages:
        raise ValueError(language)
    kept = [" ".join(one.split())[:LONGEST] for one in topics if one.strip()][:MOST]
    said = " ".join(phrase.split())[:LONGEST]
    boxed = vault.close(said.encode(), _context(language)) if said else b""
    Cover.objects.update_or_create(language=language, defaults={"topics": kept, "phrase": boxed})
    chain.record(Act.SETTINGS_CHANGED, Subject.LINE, reason="cover_words")


def _context(language: str) -> str:
    return f"cover|{language}"


@dataclass(frozen=True)
class Card:
    """What stands beside a contact whose caller cannot speak freely. ``first`` is the same for everybody who sees the contact."""

    first: str
    others: list[str]
    language: str
    forced: bool


def card(contact: Contact) -> Card | None:
    """The card of a contact that is going on, where one is needed."""
    if contact.state != "in_hand" or not set(MARKS) & set(contact.flags):
        return None
    topics = words(contact.language).topics
    at = contact.pk.int % len(topics)
    return Card(topics[at], topics[:at] + topics[at + 1 :], contact.language, "duress" in contact.flags)
