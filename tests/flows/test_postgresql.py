"""The same line on PostgreSQL: set up by one option, and everything that arrives is kept there."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.harness import Line, until
from tests.on_postgresql import cluster

pytestmark = pytest.mark.flow


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A PostgreSQL server's address, with a place for a database's name."""
    try:
        with cluster() as address:
            yield address
    except LookupError as missing:
        pytest.skip(str(missing))


def test_a_line_is_set_up_serves_and_takes_mail_pages_and_commands(server: str, tmp_path: Path) -> None:
    database = server.format("postgres")
    with Line(tmp_path) as line:
        line.init(more=("--database", database))
        kept = line.data / "database"
        assert (kept.read_text().strip(), kept.stat().st_mode & 0o777) == (database, 0o600)
        assert not (line.data / "harkline.sqlite3").exists()
        line.staff("Robin")
        line.serve()
        line.mails("Somebody is at the door.")
        line.writes("Me too.")

        def said() -> dict[str, dict[str, object]]:
            return dict(json.loads(line.command("status", "--json")))

        until(lambda: said()["attempts"].keys() == {"email", "web"})
        assert said()["on_duty"]
        other = Line(tmp_path / "other")
        refused = other.command("init", "--name", "Another", "--database", database, code=2)
        assert "not empty, and nothing in it was changed" in refused
        assert not other.data.exists()


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("mysql://harkline@/harkline", "postgresql://USER@HOST/NAME"),
        ("postgresql://harkline@/nowhere?host=/nonexistent", "the database does not answer"),
        ("postgresql://harkline@/x?host=/nonexistent&sslmoed=require", "sslmoed"),
    ],
)
def test_a_database_that_is_none_is_told_in_words(tmp_path: Path, named: str, said: str) -> None:
    with Line(tmp_path) as line:
        assert said in line.command("init", "--name", "N", "--database", named, code=2)
        assert not line.data.exists()
