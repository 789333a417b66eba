"""What follows when somebody signed in with their second passphrase: what they had in hand goes to others, and the chain is alarmed.

Nothing of it shows at the desk from which they signed in. A crash in the middle: the timer's lease ends, and it runs again.
"""

from harkline.intake.models import Contact, ContactState
from harkline.people import duress, operators
from harkline.people.models import Operator, Suspension
from harkline.people.roles import Action, may
from harkline.routing import companions, contacts, outbox, presence
from harkline.routing.policy import present
from harkline.runtime import bell, timers


@timers.handles(duress.SIGN_IN)
def _signed_in(subject: str) -> None:
    pk = duress.is_alarm(subject)
    operator = Operator.objects.filter(pk=pk).first() if pk else None
    if operator is None:
        return
    made = duress.suspend(operator)
    if made:
        _give_back(operator)
        _alarm(operator, made)


def _give_back(operator: Operator) -> None:
    for contact_id in Contact.objects.filter(operator=operator, state=ContactState.IN_HAND).values_list(
        "pk", flat=True
    ):
        contacts.lost_operator(str(contact_id))
    if beside := companions.of(operator.pk):
        companions.left(str(beside.pk), "operator lost")
    presence.sign_off(operator.pk)


def _alarm(operator: Operator, made: Suspension) -> None:
    """Supervisors hear the bell, with their own phone; the escalation chain gets its mails and calls. None of it says who or why."""
    alarmed = [one for one in Operator.objects.filter(is_active=True).exclude(pk=operator.pk) if may(one, Action.ROTA)]
    bell.ring("everything", "", *[f"operator:{one.pk}" for one in alarmed], "inside")
    numbers = {number for one in alarmed if (number := operators.own_phone(one))}
    steps = [step.to.partition(":") for step in present().escalation]
    numbers |= {to for kind, _colon, to in steps if kind == "phone"}
    numbers.discard(
        operators.own_phone(operator)
    )  # the telephone in their own pocket must not ring beside whoever forces them
    mails = {to for kind, _colon, to in steps if kind == "email"}
    for channel, wanted in (("phone", numbers), ("email", mails)):
        for position, to in enumerate(sorted(wanted)):
            key = f"suspended:{made.pk}:{channel}:{position}"
            outbox.queue(channel, {"alert": "colleague", "to": to}, idempotency_key=key)
