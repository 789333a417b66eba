"""What the tests over the wire share: a line on disk that takes mail, and the mail server that takes its replies."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from tests.peers.mail import Line, Sink, copy_of, database, found_line, relay

from harkline.channels.email.settings import RelaySettings


@pytest.fixture(scope="session")
def mail_database(tmp_path_factory: pytest.TempPathFactory, django_db_blocker) -> tuple[Path, bytes]:
    file = tmp_path_factory.mktemp("line") / "line.sqlite3"
    with django_db_blocker.unblock():
        return file, found_line(file)


@pytest.fixture
def mail_line(mail_database: tuple[Path, bytes], tmp_path: Path, django_db_blocker) -> Iterator[Line]:
    with django_db_blocker.unblock(), database(copy_of(mail_database[0], tmp_path / "line.sqlite3")):
        yield Line(tmp_path / "line.sqlite3", mail_database[1])


@pytest.fixture
async def sink() -> AsyncIterator[tuple[Sink, RelaySettings]]:
    one = Sink()
    async with relay(one) as port:
        yield one, RelaySettings("127.0.0.1", port, security="none")
