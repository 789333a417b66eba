"""What a person is shown of the records. The chain stays whole; a page leaves out what its reader may not know exists."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator

from django.db.models import Q, QuerySet

from harkline.audit import links
from harkline.audit.models import Hiding, Record

Hides = Callable[[int], Collection[str]]
_hides: list[Hides] = []


def hide_for(hides: Hides) -> Hides:
    """Register a function: an operator's pk → what must not show for them, on any page or in any table: the UUIDs of cases and of
    contacts, and ``kind:number`` of what is numbered (``entry:17``). A record names a case only as it was at that time: two cases
    may have become one since, and some records are of a contact alone."""
    _hides.append(hides)
    return hides


def hidden(viewer_id: int) -> set[str]:
    """What does not exist for this reader, as ``hide_for`` says it."""
    removed = Hiding.objects.filter(operator=viewer_id).values_list("case", flat=True)
    return {*removed, *(str(one) for hides in _hides for one in hides(viewer_id))}


def stay_hidden(what: Collection[object], viewers: Iterable[int]) -> None:
    """Before something is removed, and with it who may not know of it: its records stay hidden from the same people."""
    ids = {str(one) for one in what}
    for viewer in viewers:
        for one in ids & hidden(viewer):
            Hiding.objects.get_or_create(operator=viewer, case=one)


def records(viewer_id: int) -> QuerySet[Record]:
    """The records that this reader may see, newest first. Show no sequence: a gap would tell that something is hidden."""
    return Record.objects.exclude(_about(hidden(viewer_id))).order_by("-sequence")


def _about(what: Iterable[str]) -> Q:
    numbered = defaultdict(list)
    for one in what:
        kind, _colon, subject = one.rpartition(":")
        numbered[kind].append(subject)
    ids = numbered.pop("", [])
    found = Q(case__in=ids) | Q(subject__in=ids)
    for kind, subjects in numbered.items():
        found |= Q(kind=kind, subject__in=subjects)
    return found


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
