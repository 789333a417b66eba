"""Conflicts of interest where contacts are routed: what exists for a viewer (``intake.exclusions``), and the moment of excluding."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from harkline.intake import exclusions
from harkline.intake.models import Contact, ContactState
from harkline.people.models import Operator
from harkline.routing import callback_tries, companions, contacts, presence
from harkline.routing.models import Escalation, Offer, OfferState, Outbound
from harkline.runtime import bell


def offers(viewer: Operator | None) -> QuerySet[Offer]:
    """The offers that exist for a viewer."""
    return Offer.objects.exclude(contact__thread__in=exclusions.hidden(viewer))


def escalations(viewer: Operator | None) -> QuerySet[Escalation]:
    """The escalations that exist for a viewer."""
    return Escalation.objects.exclude(contact__thread__in=exclusions.hidden(viewer))


def outbound(viewer: Operator | None) -> QuerySet[Outbound]:
    """What goes out, as far as it exists for a viewer. An alarm about a contact is as hidden as the contact."""
    rows = Outbound.objects.exclude(thread__in=exclusions.hidden(viewer))
    about = Escalation.objects.filter(contact__thread__in=exclusions.hidden(viewer))
    for contact_id in about.values_list("contact_id", flat=True):
        rows = rows.exclude(idempotency_key__startswith=f"escalate:{contact_id}:")
    return rows


def exclude(
    thread_ids: Collection[UUID],
    *,
    operators: Collection[int] = (),
    team: str = "",
    by: Operator,
    outside: bool = False,
) -> None:
    """As ``exclusions.exclude``; and what an excluded person has in hand, or on offer, goes to somebody else in the same moment.

    Raises ``exclusions.NobodyLeft``."""
    with transaction.atomic():
        before = exclusions.not_to_be_told(thread_ids)
        shown = _on_their_screens(thread_ids)
        exclusions.exclude(thread_ids, operators=operators, team=team, by=by, outside=outside)
        barred = exclusions.not_to_be_told(thread_ids)
        for offer in Offer.objects.filter(
            contact__thread__in=thread_ids, operator__in=barred, state=OfferState.OFFERED
        ):
            presence.withdraw(offer, "withdrawn")
        companions.end_for(thread_ids, barred, "withdrawn")
        for held in Contact.objects.filter(thread__in=thread_ids, operator__in=barred):
            callback_tries.cut_off(str(held.pk))
            _out_of_hand(Contact.objects.get(pk=held.pk))
        for row in Contact.objects.filter(thread__in=thread_ids).exclude(state=ContactState.CLOSED):
            bell.ring("contact", row.pk, "desk", "inside")
        if shown:
            # Their page shows it still: it fetches everything anew, and is told nothing more than after a reconnect.
            for pk in barred - before:
                bell.ring("everything", "", f"operator:{pk}")


def _on_their_screens(thread_ids: Collection[UUID]) -> bool:
    rows = Contact.objects.filter(thread__in=thread_ids)
    return rows.exclude(state=ContactState.CLOSED).exists() or rows.filter(callback_at__isnull=False).exists()


def _out_of_hand(row: Contact) -> None:
    if row.state == ContactState.IN_HAND and row.operator_id is not None:
        contacts.release(str(row.pk), row.operator_id)
    elif row.state == ContactState.WRAP_UP and row.operator_id is not None:
        contacts.wrap_up(str(row.pk), row.operator_id, "counselling", "passed_on")


@exclusions.narrows("offer")
def _of_offer(id_: UUID) -> Iterable[UUID]:
    return Offer.objects.filter(pk=id_).values_list("contact__thread_id", flat=True)


@exclusions.narrows("outbound")
def _of_outbound(id_: UUID) -> Iterable[UUID]:
    rows = Outbound.objects.filter(pk=id_, thread__isnull=False).values_list("thread_id", flat=True)
    return [one for one in rows if one]
