"""Reads a PDF as people copy from it: with poppler's pdftotext and pdfinfo."""

import os
import re
import shutil
import subprocess

import pytest
import typst

from harkline.paper.worker import FONTS

# pdftotext writes right-to-left lines in reading order between embedding marks. Spaces, points and a single number between right-to-left
# words it takes for left-to-right, and writes them as they stand on the page: from the left.
_LEFT_TO_RIGHT = re.compile("\u202a([^\u202a-\u202e]*)\u202c")
_MARKS = re.compile("[\u202a-\u202e]")


def _missing() -> str:
    """What has to be installed first, as Debian calls it. In CI a missing part is a failure and no reason to skip."""
    if os.environ.get("CI"):
        return ""
    programs = {"pdftotext": "poppler-utils", "zbarimg": "zbar-tools"}
    wanted = [package for program, package in programs.items() if not shutil.which(program)]
    there = typst.Fonts(include_embedded_fonts=False).families()
    return " ".join([*wanted, *([] if {*FONTS} <= {*there} else ["fonts-noto-core"])])


NEEDS = [pytest.mark.skipif(bool(_missing()), reason=f"reading printed sheets: apt-get install {_missing()}")]


def text(pdf: bytes) -> str:
    """The text of all pages, in reading order; runs of spaces and ends of lines are one space."""
    told = _run("pdftotext", "-", "-", given=pdf)
    return " ".join(_MARKS.sub("", _LEFT_TO_RIGHT.sub(_as_read, told)).split())


def _as_read(found: re.Match[str]) -> str:
    inner = found[1]
    parts = re.findall(r"\d+|\D", inner)
    one_number = sum(part.isdigit() for part in parts) <= 1 and not re.search(r"[^\W\d]", inner)
    return "".join(reversed(parts)) if one_number else inner


def facts(pdf: bytes) -> dict[str, str]:
    """What pdfinfo says of it."""
    lines = _run("pdfinfo", "-", given=pdf).splitlines()
    return {name: value.strip() for name, _colon, value in (line.partition(":") for line in lines)}


def symbols(pdf: bytes) -> list[str]:
    """What the QR symbols of the first page say, read by ZBar from a picture of it."""
    picture = _run("pdftoppm", "-r", "110", "-png", "-singlefile", "-", given=pdf, text=False)
    return sorted(_run("zbarimg", "--quiet", "--raw", "-", given=picture).split())


def _run(*command: str, given: bytes, text: bool = True):
    made = subprocess.run(command, input=given, capture_output=True, check=True, timeout=30).stdout
    return made.decode() if text else made
