"""A notice that sheets are printed from."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from harkline.notice.door import Address
from harkline.paper import typeset


@dataclass(frozen=True)
class Notice:
    """What a sheet reads of ``door.Present``."""

    line: str = "Cedar Line"
    languages: tuple[str, ...] = ("en", "ps", "prs", "ar", "fr", "uk", "fa")
    addresses: tuple[Address, ...] = ()
    check_words: tuple[str, ...] = ("otter", "maple", "comet", "linen", "amber")
    check_number: str = "1234 5678 9012"
    serial: int = 12
    until: datetime = datetime(2031, 1, 1, tzinfo=UTC)


@pytest.fixture
def notice() -> Notice:
    listed = (
        Address("phone", "+442079460123"),
        Address("phone", "+441632960456", label="evenings"),
        Address("email", "help@line.example"),
        Address("page", "https://line.example/"),
    )
    return Notice(addresses=listed)


@pytest.fixture(autouse=True)
def fonts_of_the_system():
    typeset.use(None)
    yield
    typeset.use(None)
