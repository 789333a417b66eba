"""The child that typesets: one order on stdin, the finished pages on stdout. Knows neither Django nor the line.

The answer is one line of JSON and then the files one after the other: ``{"sizes": [bytes, …]}``, or ``{"missing": [font, …]}``.
"""

import json
import sys
from pathlib import Path
from typing import Any

SHEETS = Path(__file__).with_name("sheets")
FONTS = ("Noto Sans", "Noto Naskh Arabic")


def made(order: dict[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
    """Carry out one order."""
    import typst

    folders = order["fonts"]
    fonts = typst.Fonts(include_system_fonts=not folders, include_embedded_fonts=False, font_paths=folders)
    there = set(fonts.families())
    if missing := [one for one in FONTS if one not in there]:
        return {"missing": missing}, []
    given = {"data": json.dumps(order["data"], ensure_ascii=False)}
    wanted = (
        {"format": "pdf", "pdf_standards": ["ua-1"]}
        if order["format"] == "pdf"
        else {"format": "png", "ppi": order["ppi"]}
    )
    source = SHEETS / f"{order['sheet']}.typ"
    # The root keeps a sheet from reading any other file of this host.
    found = typst.compile(str(source), root=str(SHEETS), font_paths=fonts, sys_inputs=given, **wanted)
    pages = found if isinstance(found, list) else [found]
    return {"sizes": [len(one) for one in pages]}, pages


def main() -> int:
    """One order; the exit code is 0 where an answer was given."""
    head, pages = made(json.load(sys.stdin.buffer))
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + b"".join(pages))
    return 0


if __name__ == "__main__":
    sys.exit(main())
