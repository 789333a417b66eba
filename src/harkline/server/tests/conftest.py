"""A line that is reached by data over the air."""

import pytest

from harkline.channels.radio.aprs.frames import Heard
from harkline.channels.radio.aprs.keep import Taken, take
from harkline.channels.radio.aprs.wire import read
from harkline.line import radio

OURS = "X0LINE-1"


@pytest.fixture
def on_air(team_private, clock) -> str:
    """The line's address."""
    return radio.add_station(OURS, 144_800_000, "amateur", data=True).address.value


@pytest.fixture
def hears(on_air):
    """``hears("Help", "1")``: a message comes in, and what came of it."""

    def hear(text: str | bytes, number: str = "", source: str = "X0ABC-7", gate: str = "") -> Taken:
        body = text if isinstance(text, bytes) else text.encode()
        info = b":X0LINE-1 :" + body + (b"{" + number.encode() if number else b"")
        return take(Heard(source, info, ("X0RELAY*",), gate), read(info), b"raw", OURS)

    return hear
