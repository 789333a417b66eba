"""Bytes and samples: mu-law (ITU-T G.711) for recordings, IMA ADPCM for the drafts that are shipped. Pure but for reading files.

Samples are 8 kHz, signed, 16 bits, little-endian everywhere else in Harkline.
"""

import sys
import zipfile
from array import array
from functools import cache, lru_cache
from pathlib import Path

RATE = 8000
FOLDER = Path(__file__).with_name("audio")
_BIAS, _CLIP = 0x84, 32635


def _expand(code: int) -> int:
    code = ~code & 0xFF
    size = (((code & 0x0F) << 3) + _BIAS << (code >> 4 & 7)) - _BIAS
    return -size if code & 0x80 else size


_EXPANDED = tuple(_expand(code) for code in range(256))


def _compress(sample: int) -> int:
    sign = 0x80 if sample < 0 else 0
    size = min(abs(sample), _CLIP) + _BIAS
    exponent = size.bit_length() - 8
    return ~(sign | exponent << 4 | size >> exponent + 3 & 0x0F) & 0xFF


@cache
def _compressed() -> bytes:
    return bytes(_compress(sample - 65536 if sample > 32767 else sample) for sample in range(65536))


def samples(pcm: bytes) -> "array[int]":
    """The samples of little-endian bytes; an odd last byte is left out."""
    found = array("h", pcm[: len(pcm) // 2 * 2])
    if sys.byteorder == "big":
        found.byteswap()
    return found


def packed(values: "array[int]") -> bytes:
    """Little-endian bytes of samples."""
    out = array("h", values)
    if sys.byteorder == "big":
        out.byteswap()
    return out.tobytes()


def from_mulaw(data: bytes) -> bytes:
    """Mu-law to samples."""
    return packed(array("h", [_EXPANDED[code] for code in data]))


def to_mulaw(pcm: bytes) -> bytes:
    """Samples to mu-law."""
    table = _compressed()
    return bytes(table[sample & 0xFFFF] for sample in samples(pcm))


def silence(seconds: float) -> bytes:
    """Nothing, for so long."""
    return bytes(2 * int(RATE * seconds))


# The tables of the IMA's recommended practice of 1992; the steps grow by a tenth.
_INDEX = (-1, -1, -1, -1, 2, 4, 6, 8)
_STEPS = (
    *(7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 19, 21, 23, 25, 28, 31, 34, 37, 41, 45, 50, 55, 60, 66, 73, 80, 88, 97),
    *(107, 118, 130, 143, 157, 173, 190, 209, 230, 253, 279, 307, 337, 371, 408, 449, 494, 544, 598, 658, 724, 796),
    *(876, 963, 1060, 1166, 1282, 1411, 1552, 1707, 1878, 2066, 2272, 2499, 2749, 3024, 3327, 3660, 4026, 4428, 4871),
    *(5358, 5894, 6484, 7132, 7845, 8630, 9493, 10442, 11487, 12635, 13899, 15289, 16818, 18500, 20350, 22385, 24623),
    *(27086, 29794, 32767),
)


def _move(value: int, index: int, code: int) -> tuple[int, int]:
    """The next sample and step index after one code of four bits."""
    size = (2 * (code & 7) + 1) * _STEPS[index] >> 3
    value = max(-32768, min(32767, value - size if code & 8 else value + size))
    return value, max(0, min(88, index + _INDEX[code & 7]))


def from_adpcm(data: bytes) -> bytes:
    """IMA ADPCM (no header, low half first, from silence) to samples."""
    value = index = 0
    out = array("h", bytes(4 * len(data)))
    for at, byte in enumerate(data):
        value, index = _move(value, index, byte & 15)
        out[2 * at] = value
        value, index = _move(value, index, byte >> 4)
        out[2 * at + 1] = value
    return packed(out)


def to_adpcm(pcm: bytes) -> bytes:
    """Samples to IMA ADPCM, four bits each."""
    value = index = 0
    codes = []
    for sample in samples(pcm):
        step = _STEPS[index]
        code = min(7, abs(sample - value) * 4 // step) | (8 if sample < value else 0)
        value, index = _move(value, index, code)
        codes.append(code)
    codes += [0] * (len(codes) % 2)
    return bytes(low | high << 4 for low, high in zip(codes[::2], codes[1::2], strict=True))


@cache
def _names(language: str) -> frozenset[str]:
    path = FOLDER / f"{language or 'sounds'}.zip"
    if not path.is_file():
        return frozenset()
    with zipfile.ZipFile(path) as archive:
        return frozenset(archive.namelist())


def has_draft(name: str, language: str) -> bool:
    """Whether a draft of this piece is shipped. The language of a sound without words is the empty string."""
    return name in _names(language)


@lru_cache(maxsize=512)
def draft(name: str, language: str) -> bytes:
    """The shipped draft of one piece. Raises KeyError where there is none."""
    if not has_draft(name, language):
        raise KeyError(f"{name} ({language})")
    with zipfile.ZipFile(FOLDER / f"{language or 'sounds'}.zip") as archive:
        return from_adpcm(archive.read(name))
