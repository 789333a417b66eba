"""What operators tick at wrap-up, for columns that no other word of a contact decides."""

from collections.abc import Iterable

from harkline.count import policy
from harkline.count.columns import Column, ticked
from harkline.count.models import Counted, Mark
from harkline.intake.models import Contact


def offered() -> list[Column]:
    """The columns to tick; none where the line does not count in the open."""
    return ticked(policy.present().columns) if policy.present().on else []


def put(contact_id: str, names: Iterable[str]) -> bool:
    """Write down what was ticked; what is no column of ours is left out. False when the contact has been entered already."""
    known = {one.name for one in offered()}
    attempt = Contact.objects.values_list("attempt_id", flat=True).filter(pk=contact_id).first()
    if attempt is None or not known or Counted.objects.filter(attempt_id=attempt).exists():
        return False
    Mark.objects.update_or_create(attempt_id=attempt, defaults={"columns": sorted(known & set(names))})
    return True
