"""What was taken on paper goes into the hand of whoever enters it, who writes down what was said and wraps it up."""

from django.db import transaction

from harkline.intake import on_paper
from harkline.intake.models import Contact, ContactState
from harkline.intake.on_paper import Taken
from harkline.people.models import Operator
from harkline.runtime import bell


def enter(operator: Operator, taken: Taken) -> str:
    """Enter it; returns the contact's id. Raises ``intake.on_paper.Refused``.

    One transaction: nobody is offered what has been dealt with. A crash leaves nothing, and the form is entered once more.
    """
    with transaction.atomic():
        ref = on_paper.enter(taken)
        # No moment of acceptance: nobody knows when that was, and every wait is reckoned from it.
        Contact.objects.filter(pk=ref.id, state=ContactState.WAITING).update(
            state=ContactState.IN_HAND, operator=operator, accepted_at=None
        )
        bell.ring("contact", ref.id, "desk", f"thread:{ref.thread_id}", "inside")
    return ref.id
