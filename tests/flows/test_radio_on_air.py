"""Radio from end to end with no radio: the sound of a caller's set → Dire Wolf → the line → the sound of its acknowledgement and of an
operator's answer, read by two decoders that are not ours."""

import base64
import json
import random
import re
import uuid
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.harness import Browser, Line, until
from tests.peers.radio import AVAILABLE, HOW, DireWolf, by_atest, by_multimon, dire_wolf, sound
from tests.ports import free_port

from harkline.seal import envelope

pytestmark = [pytest.mark.flow, pytest.mark.skipif(not AVAILABLE, reason=HOW)]
SETTINGS = """
[radio]
modem = "127.0.0.1:{port}"
call_sign = "X0LINE-1"
licence = "held by nobody: nothing is on the air"
transmit = true
duty_percent = 100
delay_ms = 50

[watch]
canary_minutes = 0
adapter_down_seconds = 10
"""
PACKETS = 100
LOUDEST = (
    2.5  # noise of the last packet, as a multiple of its own loudness: as many can be read as of gen_packets -n 100
)


@dataclass
class Station:
    """The line, its modem, and an operator on duty."""

    line: Line
    modem: DireWolf
    operator: str
    folder: Path

    def transmits(self, *packets: str) -> None:
        """Somebody's set sends these."""
        self.modem.hears(sound(packets, self.folder))
        self.modem.silence()

    def heard(self, text: str) -> list[str]:
        """What decoders read of what the line has transmitted, once it has this text in it."""
        return until(
            lambda: (found := by_atest(self.modem.sent, self.folder)) and text in "\n".join(found) and found, 30
        )


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    folder = tmp_path_factory.mktemp("air")
    with dire_wolf(free_port()) as modem, Line(folder) as line:
        line.init(settings=SETTINGS.format(port=modem.port))
        line.inside("add_station", call_sign="X0LINE-1")
        (robin,) = line.staff("Robin")
        line.serve()
        until(lambda: line.status()["adapters"]["radio"]["state"] == "up")
        yield Station(line, modem, robin, folder)


def reply(line: Line, operator: str, contact: str, text: str) -> int:
    """Answer as the console does: the copy is sealed, and the words go in clear with a tick that everybody may read them."""
    cookie = line.inside("sessions", usernames=[operator])[operator]
    with Browser(line.web, cookie) as browser:
        browser.console()
        _status, keys = browser.get(f"/contacts/{contact}/recipients/reply")
        object_id = str(uuid.uuid4())
        to = {name: bytes.fromhex(key) for name, key in json.loads(keys).items()}
        done = envelope.seal({"type": "text/plain"}, text.encode(), "reply", object_id, to)
        wraps = {name: base64.b64encode(wrap).decode() for name, wrap in done.wraps.items()}
        chunks = [base64.b64encode(one).decode() for one in done.chunks]
        sealed = {"id": object_id, "size": done.size, "wraps": wraps, "chunks": chunks}
        told = {"sealed": sealed, "clear": {"to": "X0ABC-7", "text": text, "everybody": True}}
        return browser.send_json(f"/contacts/{contact}/entries/reply", told)[0]


def test_a_message_is_acknowledged_and_answered_and_two_decoders_read_it(station):
    line = station.line
    station.transmits("X0ABC-7>APZ001,WIDE1-1::X0LINE-1 :Somebody is at the door{12")
    station.heard(":X0ABC-7  :ack12")
    (row,) = line.rows("SELECT id, state, flags FROM intake_contact WHERE channel = 'radio'")
    contact = str(uuid.UUID(row[0]))
    assert json.loads(row[2]) == ["on_air"]
    until(lambda: line.inside("take_in_hand", username=station.operator))
    assert (
        reply(
            line,
            station.operator,
            contact,
            "We have your message. Stay where you are; somebody comes at six and says your name.",
        )
        == 201
    )
    found = station.heard("2/2")
    answers = [one.partition("::X0ABC-7  :")[2] for one in found if "/2 " in one]
    assert (
        "".join(re.sub(r"^\d/2 |\{\w+$", "", one) + " " for one in answers[:2])
        .strip()
        .startswith("We have your message.")
    )
    # The caller's set acknowledges each, and sends its own message once more.
    numbers = [one.rpartition("{")[2] for one in answers[:2]]
    station.transmits(
        *[f"X0ABC-7>APZ001::X0LINE-1 :ack{number}" for number in numbers],
        "X0ABC-7>APZ001,WIDE1-1::X0LINE-1 :Somebody is at the door{12",
    )
    until(lambda: line.rows("SELECT state FROM routing_outbound WHERE channel = 'radio'") == [("delivered",)], 30)
    until(lambda: "\n".join(by_atest(station.modem.sent, station.folder)).count(":ack12") == 2, 30)
    by_others = "\n".join(by_multimon(station.modem.sent))
    assert by_others.count(":X0ABC-7  :ack12") == 2
    assert all(number in by_others for number in numbers)
    assert line.count("intake_attempt", "channel = 'radio'") == 1
    assert [one["body"] for one in line.opened() if one["purpose"] == "message"] == ["Somebody is at the door"]


def test_of_a_hundred_noisy_packets_each_that_is_decoded_is_stored_and_acknowledged(station, capsys):
    packets = [f"X0N{at % 10}IS-7>APZ001::X0LINE-1 :packet {at} of {PACKETS}{{{at}" for at in range(1, PACKETS + 1)]
    clean = [sound([one], station.folder) for one in packets]
    station.modem.hears(b"".join(with_noise(one, LOUDEST * at / PACKETS, at) for at, one in enumerate(clean, 1)))
    station.modem.silence(1)
    # Frames are taken in their order: once the last is acknowledged, nothing is on its way any more.
    station.transmits("X0END-7>APZ001::X0LINE-1 :the last one{999")
    until(lambda: "ack999" in "\n".join(by_atest(station.modem.sent, station.folder)), 60, 0.5)
    decoded = set(re.findall(rf":X0LINE-1 :packet (\d+) of {PACKETS}{{", "\n".join(station.modem.decoded)))
    messages = [one["body"] for one in station.line.opened() if one["purpose"] == "message"]
    stored = {one.split()[1] for one in messages if one.startswith("packet ")}
    acknowledged = set(re.findall(r":X0N\dIS-7 *:ack(\d+)", "\n".join(by_atest(station.modem.sent, station.folder))))
    with capsys.disabled():
        print(
            f"\n{PACKETS} noisy packets: {len(decoded)} decoded, {len(stored)} stored, {len(acknowledged)} acknowledged"
        )
    assert decoded == stored == acknowledged
    assert len(messages) == len(set(messages))
    assert len(decoded) > PACKETS // 3


def test_a_modem_that_dies_is_shown_and_alarmed(station):
    station.modem.process.terminate()
    until(lambda: station.line.status()["adapters"]["radio"]["state"] == "degraded")
    until(lambda: station.line.count("routing_alarm", "kind = 'adapter' AND subject = 'radio' AND ended_at IS NULL"))


def with_noise(pcm: bytes, loudness: float, seed: int) -> bytes:
    """White noise over it, ``loudness`` times as loud as the packet itself."""
    samples, draw = array("h", pcm), random.Random(seed)
    peak = max(map(abs, samples)) * loudness * 0.5
    return array(
        "h", (max(-32768, min(32767, int(one * 0.5 + peak * (2 * draw.random() - 1)))) for one in samples)
    ).tobytes()
