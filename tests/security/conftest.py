"""The slow half of the test plan: ``make security``. Every test hands its figure to ``figure``; the run ends with a table of them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.harness import Line

FIGURES: list[str] = []


@pytest.fixture
def figure() -> Callable[[str, str], None]:
    """Note what was measured: the fault, and the figure in words. It is printed whether the test passes or not."""
    return lambda fault, words: FIGURES.append(f"{fault:<28} {words}")


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Line]:
    """A line of the test's own, made and not yet served."""
    with Line(tmp_path) as made:
        made.init()
        yield made


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The table."""
    if FIGURES:
        terminalreporter.section("figures")
        for line in FIGURES:
            terminalreporter.write_line(line)
