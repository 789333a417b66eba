"""A line that can sign, in a folder of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from harkline.notice import policy
from harkline_verify import check_words


@pytest.fixture
def signing(team_private: bytes, clock, tmp_path: Path, monkeypatch) -> Iterator[policy.Policy]:
    """A folder for keys, and a public address. Check words cost less here than they do elsewhere."""
    monkeypatch.setattr(check_words, "ROUNDS", 10)
    before = policy.present()
    now = policy.Policy(folder=tmp_path, page="https://line.example")
    policy.use(now)
    yield now
    policy.use(before)
