"""Pictures that an operator passes on say nothing of who made them; what is to be seen in them stays."""

import base64
import shutil
import struct
import subprocess
from pathlib import Path

import pytest

import harkline.console
from harkline.runtime.tests.test_cleaning import picture

NODE = shutil.which("node")
MODULE = Path(harkline.console.__file__).parent / "static" / "console" / "strip.js"
pytestmark = pytest.mark.skipif(NODE is None, reason="needs node 20 or newer (Debian: apt-get install nodejs)")
SECRET = b"Amina 34.5N 69.2E"


def jpeg() -> bytes:
    def segment(mark: int, data: bytes) -> bytes:
        return bytes([0xFF, mark]) + struct.pack(">H", len(data) + 2) + data

    app = segment(0xE0, b"JFIF\0" + bytes(9)) + segment(0xE1, b"Exif\0\0" + SECRET) + segment(0xFE, SECRET)
    return b"\xff\xd8" + app + segment(0xDB, bytes(65)) + segment(0xDA, bytes(10)) + b"\x12\xff\0\x34\xff\xd9" + SECRET


def webp() -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) & 1)

    body = (
        chunk(b"VP8X", b"\x0c" + bytes(9)) + chunk(b"VP8 ", b"drawn") + chunk(b"EXIF", SECRET) + chunk(b"XMP ", SECRET)
    )
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def gif() -> bytes:
    head = b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + bytes(6)
    told = b"\x21\xfe" + bytes([len(SECRET)]) + SECRET + b"\0"
    drawn = b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\0"
    return head + told + drawn + b"\x3b" + SECRET


def stripped(*files: bytes) -> list[bytes | None]:
    given = "\n".join(base64.b64encode(one).decode() for one in files)
    script = Path(__file__).with_name("strip.mjs")
    ran = subprocess.run(
        [NODE, str(script), str(MODULE)], input=given, capture_output=True, text=True, check=True, timeout=60
    )
    return [None if line == "null" else base64.b64decode(line) for line in ran.stdout.split()]


def test_what_is_written_about_a_picture_is_gone_and_the_picture_is_not():
    made = stripped(picture(SECRET), jpeg(), webp(), gif())
    for one, drawn in zip(made, (b"IDAT", b"\x12\xff\0\x34\xff\xd9", b"drawn", b"\x02\x44\x01"), strict=True):
        assert one is not None
        assert SECRET not in one
        assert drawn in one
    assert struct.unpack("<I", made[2][4:8])[0] == len(made[2]) - 8
    assert made[2][20] == 0  # nothing follows, it says


def test_what_is_no_picture_or_is_damaged_is_not_called_cleaned():
    cut = [one[: len(one) // 2] for one in (picture(SECRET), jpeg(), gif())]
    assert stripped(b"%PDF-1.7 " + SECRET, SECRET, *cut) == [None] * 5
