"""One line for each module of tests; nothing is shared between modules."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.harness import Line


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """A line that serves."""
    with Line(tmp_path_factory.mktemp("line")) as made:
        made.init()
        made.serve()
        yield made


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Line]:
    """A line of the test's own, made and not yet served."""
    with Line(tmp_path) as made:
        made.init()
        yield made
