"""A copy says nothing of who made it, and the program that makes it reaches nobody."""

import subprocess
import sys
import zlib

import pytest

from harkline.runtime import cleaning, fleeting

NEEDS = pytest.mark.skipif(not cleaning.available(), reason="cleaned copies need mat2 (Debian: apt-get install mat2)")


def picture(secret: bytes) -> bytes:
    def piece(name: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4) + name + data + zlib.crc32(name + data).to_bytes(4)

    drawn = zlib.compress(b"\0\xff\0\0\xff\0\0" + b"\0\0\xff\0\0\xff\0")
    head = b"\0\0\0\2\0\0\0\2\x08\2\0\0\0"
    told = piece(b"tEXt", b"Author\0" + secret)
    return b"\x89PNG\r\n\x1a\n" + piece(b"IHDR", head) + told + piece(b"IDAT", drawn) + piece(b"IEND", b"")


@NEEDS
def test_the_copy_of_a_picture_does_not_name_who_made_it():
    before = set((fleeting.in_memory() or sys.exit()).iterdir())
    odd = ("--help.png", "image/png", picture(b"Amina Secret"))
    copy, unknown, damaged, nothing = cleaning.clean(
        [odd, ("a.xyz", "", b"?"), ("b.png", "image/png", b"no picture"), ("c.png", "image/png", b"")]
    )
    assert copy.startswith(b"\x89PNG")
    assert b"Amina" not in copy
    assert (unknown, damaged, nothing) == (None, None, None)
    assert not [one for one in set(fleeting.in_memory().iterdir()) - before if "harkline-clean" in one.name]


def test_where_the_program_is_missing_there_is_no_copy(monkeypatch):
    monkeypatch.setattr(cleaning, "available", lambda: False)
    assert cleaning.clean([("a.png", "image/png", picture(b"x"))]) == [None]


@pytest.mark.skipif(sys.platform != "linux", reason="Linux")
def test_what_is_confined_opens_no_connection():
    attempt = "import socket,sys\ntry: socket.socket(); sys.exit(1)\nexcept PermissionError: print('refused')"
    ran = subprocess.run(
        [sys.executable, "-m", "harkline.runtime.confined", sys.executable, "-c", attempt],
        capture_output=True,
        timeout=60,
    )
    assert (ran.returncode, ran.stdout) == (0, b"refused\n"), ran.stderr
