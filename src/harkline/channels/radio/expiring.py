"""What goes with a thread that is removed: that a card, or a line of one, belonged to it. The card itself stays, and so do its used lines:
a line that were forgotten would work again."""

from collections.abc import Collection
from uuid import UUID

from harkline.channels.radio.models import Card, Draw
from harkline.runtime import expiry


@expiry.with_threads
def _forget(thread_ids: Collection[UUID]) -> None:
    Card.objects.filter(thread__in=thread_ids).update(thread=None, label=b"")
    Draw.objects.filter(thread__in=thread_ids).update(thread=None, contact=None)
