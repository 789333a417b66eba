"""Everything that came in is filed, soon or after a crash."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from harkline.records import filing
from harkline.records.models import Entry


def test_what_a_crash_left_unfiled_below_newer_entries_is_found(
    arrives: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        arrives("web", text=f"message {number}")
        filing.file_pending()
    Entry.objects.earliest("pk").delete()
    monkeypatch.setattr(filing, "_looked_at_all", time.monotonic())
    assert filing.file_pending(limit=1) == 0  # it is not among the newest two
    monkeypatch.setattr(filing, "_looked_at_all", time.monotonic() - filing.EVERYTHING - 1)
    assert filing.file_pending(limit=1) == 1
    assert Entry.objects.count() == 5


def test_many_at_once_are_all_filed(arrives: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filing, "_looked_at_all", time.monotonic())
    for number in range(7):
        arrives("email", text=f"message {number}")
    assert [filing.file_pending(limit=3) for _ in range(4)] == [3, 3, 1, 0]
