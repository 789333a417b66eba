"""Who is in a call beside its operator, and whom the operator can bring in: what their screen shows of it, as values."""

from dataclasses import dataclass, field

from harkline.console import hands
from harkline.intake import exclusions
from harkline.intake.models import Contact, ContactState
from harkline.line.models import Channel
from harkline.people.models import Operator
from harkline.people.roles import Action, may
from harkline.routing import companions, contacts, policy
from harkline.routing.models import Companion, Offer, Presence, PresenceState


@dataclass(frozen=True)
class Choice:
    """A colleague who is ready. ``speaks``: the caller's language."""

    id: int
    name: str
    languages: list[str]
    skills: list[str]
    speaks: bool
    supervisor: bool


@dataclass(frozen=True)
class Company:
    """``contact``: the contact in this operator's hand that it is about, or None. ``asking``: the open question to a colleague;
    ``answer``: one that came to nothing a moment ago. ``missed``: an interpreter
    who was not reached. ``stranger``: the operator does not speak the caller's language. ``wants``: this operator asks to be let into somebody's call."""

    contact: Contact | None = None
    call: bool = False
    must_stay: bool = False
    asking: Offer | None = None
    answer: Offer | None = None
    beside: list[Companion] = field(default_factory=list)
    colleagues: list[Choice] = field(default_factory=list)
    interpreters: list[policy.Interpreter] = field(default_factory=list)
    skills: list[str] = field(default_factory=list)
    missed: Companion | None = None
    stranger: bool = False
    wants: Companion | None = None


def of(operator: Operator) -> Company:
    """Everything of it for one operator's screen."""
    wants = companions.of(operator.pk)
    asked = wants if wants and wants.state == "asked" else None
    rows = exclusions.contacts(operator).filter(operator=operator, state=ContactState.IN_HAND, live=True)
    row = rows.order_by("accepted_at").first()
    if row is None:
        return Company(wants=asked)
    return about(operator, row, asked)


def about(operator: Operator, row: Contact, wants: Companion | None = None) -> Company:
    """The same for one contact in their hand."""
    call = companions.is_call(row)
    spoken = [one for one in policy.present().interpreters if row.language in one.languages]
    others = [one for one in policy.present().interpreters if row.language not in one.languages]
    return Company(
        contact=row,
        call=call,
        must_stay=contacts.must_stay(row),
        asking=companions.asking(str(row.pk)),
        answer=companions.last_word(row.pk, operator.pk),
        beside=companions.beside(row.pk),
        colleagues=choices(operator, row),
        interpreters=[*spoken, *others] if call else [],
        skills=sorted({skill for one in Operator.objects.filter(is_active=True) for skill in one.skills}),
        missed=companions.not_reached(row.pk),
        stranger=row.language not in operator.languages,
        wants=wants,
    )


def choices(operator: Operator, row: Contact) -> list[Choice]:
    """Who is ready and may know of it, those who speak the caller's language first."""
    barred = exclusions.not_to_be_told([row.thread_id])
    ready = Presence.objects.filter(state=PresenceState.IDLE, operator__is_active=True).exclude(operator=operator)
    people = [one.operator for one in ready.select_related("operator") if one.operator_id not in barred]
    found = [
        Choice(
            one.pk,
            one.name,
            list(one.languages),
            list(one.skills),
            row.language in one.languages,
            may(one, Action.BOARD),
        )
        for one in people
    ]
    return sorted(found, key=lambda one: (not one.speaks, one.name, one.id))


@dataclass(frozen=True)
class Talk:
    """A call that a supervisor could come into. ``hand``: its operator has raised a hand. ``others``: who is in it beside them."""

    contact_id: str
    language: str
    risk: int
    hand: bool
    others: int


def talks(viewer: Operator) -> dict[int, Talk]:
    """The calls that are going on and exist for the viewer, by operator; not the viewer's own."""
    rows = exclusions.contacts(viewer).filter(state=ContactState.IN_HAND, live=True, channel=Channel.PHONE)
    up = {hand.operator_id for hand in hands.up()}
    found = {}
    for row in rows.exclude(operator=None).exclude(operator=viewer):
        assert row.operator_id is not None
        others = len([one for one in companions.beside(row.pk) if one.state in companions.HERE])
        found[row.operator_id] = Talk(str(row.pk), row.language, row.risk, row.operator_id in up, others)
    return found
