"""The section of ``harkline.toml`` about radio by data."""

import re
from dataclasses import dataclass
from typing import Any

from harkline.server import keys as kind
from harkline.server.keys import Endpoint, Kind, Wrong, gettext_noop, key

BANDS = ("amateur", "licensed", "maritime", "cb", "other")  # line.models.Band
_CALL = re.compile(r"[A-Z0-9]{3,6}(?:-(?:1[0-5]|[1-9]))?")


def _call_sign(value: Any) -> str:
    if not isinstance(value, str) or not (value == "" or _CALL.fullmatch(value.upper())):
        raise Wrong
    return value.upper()


def _path(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or len(value) > 2:
        raise Wrong
    return tuple(_call_sign(one or "?") for one in value)


CALL_SIGN = Kind(
    gettext_noop("a call sign of at most six letters and digits, with its number up to 15, or empty"),
    '"X0LINE-1"',
    _call_sign,
)
PATH = Kind(gettext_noop("a list of at most two call signs"), '["WIDE1-1"]', _path)


@dataclass(frozen=True, kw_only=True)
class Radio:
    """Radio by data: APRS messages through a modem. Everything on the air is public. See docs/howto/radio-aprs.md."""

    modem: Endpoint | None = key(
        kind.SERVER,
        "",
        "Where the modem (Dire Wolf) speaks KISS over TCP; empty for no radio by data.",
        "Feeding the line with messages of their own, and having replies go nowhere.",
    )
    call_sign: str = key(
        CALL_SIGN,
        "",
        "This station's own call sign: messages to it are taken, and it stands in everything that is sent.",
        "Transmitting in somebody else's name.",
    )
    licence: str = key(
        kind.TEXT,
        "",
        "The licence under which the station transmits, or who holds it. Without one nothing is transmitted.",
        "Transmitting without one, which is punished in most countries.",
    )
    band: str = key(
        kind.choice(*BANDS),
        "amateur",
        "The class of the frequency. On amateur bands what looks like a cipher is refused.",
        "Sending there what must not be sent.",
    )
    transmit: bool = key(
        kind.SWITCH,
        False,
        "Whether the station transmits: acknowledgements by itself, replies, the beacon. Off: it only listens.",
        "Giving away where the station stands, to whoever takes a bearing.",
    )
    path: tuple[str, ...] = key(
        PATH,
        [],
        "Stations that are asked to repeat what is sent.",
        "Having every acknowledgement and reply heard further away, or nowhere.",
    )
    duty_percent: int = key(
        kind.whole(1, 100),
        10,
        "How much of any hour the transmitter may be used.",
        "Keeping others off the frequency, or acknowledgements from callers.",
    )
    baud: int = key(
        kind.whole(300, 9600), 1200, "Bits in a second, as the modem is set.", "A wrong reckoning of the duty cycle."
    )
    delay_ms: int = key(
        kind.whole(10, 2000),
        300,
        "How long the transmitter needs before it can be heard. The modem is told.",
        "Replies that nobody can read.",
    )
    reply_messages: int = key(
        kind.whole(1, 9),
        4,
        "Into how many messages of 67 characters a reply may be cut.",
        "Long transmissions, by which a station is found.",
    )
    beacon_minutes: int = key(
        kind.whole(0, 1440),
        0,
        "How often the station's status says the check words of the signed list of addresses; 0 for never.",
        "Having the station found by its regular signal.",
    )
    silent_minutes: int = key(
        kind.whole(0, 10_080),
        0,
        "After how long without any signal, from anybody, the receiver counts as deaf; 0 where the frequency is quiet.",
        "Hiding that the aerial has fallen down.",
    )
    canary: bool = key(
        kind.SWITCH,
        False,
        "Whether the line tries its own call sign: another station has to repeat a test that it sends.",
        "Having the station found by its regular signal.",
    )
