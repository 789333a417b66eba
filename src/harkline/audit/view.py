"""What a person is shown of the records. The chain stays whole; a page leaves out what its reader may not know exists."""

from collections.abc import Callable, Collection, Iterable, Iterator

from django.db.models import QuerySet

from harkline.audit import links
from harkline.audit.models import Hiding, Record

Hides = Callable[[int], Collection[str]]
_hides: list[Hides] = []


def hide_for(hides: Hides) -> Hides:
    """Register a function: an operator's pk → ids of the cases that must not show for them, on any page or in any table."""
    _hides.append(hides)
    return hides


def hidden(viewer_id: int) -> set[str]:
    """The ids of the cases that do not exist for this reader."""
    removed = Hiding.objects.filter(operator=viewer_id).values_list("case", flat=True)
    return {*removed, *(str(case) for hides in _hides for case in hides(viewer_id))}


def stay_hidden(cases: Collection[object], viewers: Iterable[int]) -> None:
    """Before cases are removed, and with them who may not know of them: their records stay hidden from the same people."""
    ids = {str(case) for case in cases}
    for viewer in viewers:
        for case in ids & hidden(viewer):
            Hiding.objects.get_or_create(operator=viewer, case=case)


def records(viewer_id: int) -> QuerySet[Record]:
    """The records that this reader may see, newest first. Show no sequence: a gap would tell that something is hidden."""
    return Record.objects.exclude(case__in=hidden(viewer_id)).order_by("-sequence")


def rows() -> Iterator[links.Row]:
    """Every record as the chain has it, for whoever verifies it."""
    return (as_row(one) for one in Record.objects.order_by("sequence").iterator(chunk_size=2000))


def as_row(one: Record) -> links.Row:
    """A record as the chain has it."""
    return links.Row(
        one.sequence,
        one.minute,
        one.actor,
        one.act,
        one.kind,
        one.subject,
        one.case,
        one.reason,
        one.count,
        bytes(one.link),
        bytes(one.mac),
    )
