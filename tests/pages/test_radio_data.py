"""An operator answers a message that came by radio: what the page says about who reads it, and how far the answer has come."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect
from tests.harness import Line, until
from tests.pages.desk import Desk, readers, sit_down
from tests.peers.radio import Frequency
from tests.ports import free_port

pytestmark = pytest.mark.page
SETTINGS = """
[radio]
modem = "127.0.0.1:{port}"
call_sign = "X0LINE-1"
licence = "held by nobody: nothing is on the air"
transmit = true
"""
LONG = "We have your message. Go to the north gate at nine, and ask for the tea house."


@pytest.fixture(scope="module")
def frequency() -> Iterator[Frequency]:
    with Frequency(free_port()) as one:
        yield one


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory, frequency: Frequency) -> Iterator[Line]:
    with Line(tmp_path_factory.mktemp("radio")) as line:
        line.init(settings=SETTINGS.format(port=frequency.air.port))
        line.inside("add_station", call_sign="X0LINE-1")
        line.serve()
        until(lambda: frequency.air.connected)
        yield line


@pytest.fixture
def operator(line: Line, browse: Callable[..., Page]) -> Desk:
    (username,) = readers(line, "Robin")
    desk = sit_down(line, browse(width=1280, height=900), username).opens()
    desk.signs_on()
    return desk


def test_a_message_by_radio_is_answered_in_the_open(line, frequency, operator, screenshots):
    frequency.transmits("X0ABC-7", ":X0LINE-1 :Somebody is at the door{12")
    operator.accepts()
    operator.unlocks()
    held = operator.middle
    expect(held).to_contain_text("by radio: everybody can read it")
    expect(held.locator("[data-opened] .words").first).to_have_text("Somebody is at the door")
    expect(held.get_by_label("To the call sign")).to_have_value("X0ABC-7")
    expect(held.locator("#reply-open")).to_contain_text("On an amateur band it must be in plain words")

    said = held.locator("[data-size]")
    field = held.get_by_role("textbox", name="Reply by radio")
    field.fill("Yes.")
    expect(said).to_have_text("Goes as one message; room for 63 more characters.")
    field.fill("word, " * 90)
    expect(said).to_contain_text("Too long")
    field.fill("QKXJD PLMWT ZRBVN KJHGF")
    held.get_by_label("Everybody may read this, and it means what it says").check()
    held.get_by_role("button", name="Send by radio").click()
    expect(held.locator("[data-reply] .wrong")).to_contain_text("looks like a cipher")
    expect(field).to_have_value("QKXJD PLMWT ZRBVN KJHGF")  # what was refused is not lost

    field.fill(LONG)
    expect(said).to_have_text("Goes as 2 messages of 4 at most.")
    operator.page.screenshot(path=screenshots / "reply-by-radio.png")
    held.get_by_role("button", name="Send by radio").click()
    expect(said).to_have_text("Goes as one message; room for 67 more characters.")
    expect(held.locator(".outbound")).to_have_text("sent; the station has not acknowledged it yet")
    for one in until(lambda: (two := [one for one in frequency.air.said if "/2 " in one])[1:] and two):
        assert one.startswith(":X0ABC-7  :")
        frequency.transmits("X0ABC-7", f":X0LINE-1 :ack{one.rpartition('{')[2]}")
    expect(held.locator(".outbound")).to_have_text("acknowledged by the station")
    operator.page.set_viewport_size({"width": 320, "height": 640})
    assert operator.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    operator.page.screenshot(path=screenshots / "reply-by-radio-320.png", full_page=True)
    assert operator.page.complaints == [
        "Failed to load resource: the server responded with a status of 422 (Unprocessable Entity)"
    ]
