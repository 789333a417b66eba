"""Everything that came in is filed, soon or after a crash."""

from collections.abc import Callable
from typing import Any

import pytest

from harkline.intake.models import SealedObject
from harkline.records import filing
from harkline.records.models import Entry


def test_what_a_crash_left_unfiled_below_newer_entries_is_found(arrives: Callable[..., Any]) -> None:
    for number in range(5):
        arrives("web", text=f"message {number}")
        filing.file_pending()
    first = Entry.objects.earliest("pk")
    # The state in which a crash before the commit leaves an object: neither entry nor mark.
    SealedObject.objects.filter(pk=first.object_id).update(filed=False)
    first.delete()
    assert filing.file_pending(limit=1) == 1
    assert filing.file_pending(limit=1) == 0
    assert Entry.objects.count() == 5


def test_one_that_is_filed_and_not_marked_is_marked(arrives: Callable[..., Any]) -> None:
    arrives("web", text="message")
    filing.file_pending()
    SealedObject.objects.update(filed=False)
    assert filing.file_pending() == 0
    assert not SealedObject.objects.filter(filed=False).exists()
    assert Entry.objects.count() == 1


@pytest.mark.django_db
def test_many_at_once_are_all_filed(arrives: Callable[..., Any]) -> None:
    for number in range(7):
        arrives("email", text=f"message {number}")
    assert [filing.file_pending(limit=3) for _ in range(4)] == [3, 3, 1, 0]
