"""AX.25 frames (TAPR, AX.25 2.2) as APRS uses them: unnumbered, with no connection. Reading never raises."""

import importlib.util
import re
from dataclasses import dataclass

DESTINATION = "APZHKL"  # APZ: no registered program (APRS 1.0.1, chapter 4)
NO_LAYER_3 = 0xF0
_CALL = re.compile(r"[A-Z0-9]{2,6}(?:-(?:1[0-5]|[1-9]))?")
# What a station between the internet and the air puts around a frame of somebody else (APRS 1.0.1, chapter 17).
_THIRD_PARTY = re.compile(rb"\}([A-Za-z0-9-]{1,9})>([^:\r\n]{1,120}):(.*)", re.DOTALL)


@dataclass(frozen=True)
class Heard:
    """A frame. ``source`` is whom it names as sender, which is a claim; ``gate`` the station that brought it from the internet."""

    source: str
    info: bytes
    via: tuple[str, ...] = ()
    gate: str = ""


def available() -> bool:
    """Whether the package that knows the frames is installed (extra ``radio``)."""
    return importlib.util.find_spec("ax25") is not None


def is_call_sign(text: str) -> bool:
    """Whether AX.25 can carry it: at most six letters and digits, and perhaps a number up to 15."""
    return _CALL.fullmatch(text) is not None


def read(raw: bytes) -> Heard | None:
    """The frame, unwrapped where it came from the internet; None for what is no APRS frame."""
    import ax25

    try:
        found = ax25.Frame.unpack(raw)
        if found.control.frame_type is not ax25.FrameType.UI or found.pid != NO_LAYER_3:
            return None
        via = tuple(str(one) for one in found.via or ())
        return _unwrapped(Heard(str(found.src), bytes(found.data or b""), via))
    except (ValueError, IndexError, TypeError):
        return None


def _unwrapped(heard: Heard) -> Heard:
    found = _THIRD_PARTY.match(heard.info)
    if found is None:
        return heard
    path = tuple(found[2].decode("latin-1").split(","))[1:]
    return Heard(found[1].decode().upper(), found[3], path, gate=heard.source)


def build(source: str, info: bytes, path: tuple[str, ...] = ()) -> bytes:
    """A frame of ours. Raises ValueError for what AX.25 cannot carry."""
    import ax25

    if not all(map(is_call_sign, (source, *path))) or len(path) > 8 or len(info) > 256:
        raise ValueError("AX.25 carries call signs of six characters, eight stations between, and 256 bytes")
    control = ax25.Control(ax25.FrameType.UI)
    via = [ax25.Address(one, repeater=True) for one in path]
    return bytes(ax25.Frame(DESTINATION, source, via, control, NO_LAYER_3, info).pack())


def names(raw: bytes, call_sign: str) -> bool:
    """Whether a frame that cannot be read holds a message for this station."""
    return f":{call_sign:<9}:".encode() in raw
