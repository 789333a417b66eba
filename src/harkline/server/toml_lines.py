"""Where in a TOML file a key stands: ``tomllib`` reads values but keeps no lines."""

import re
from collections import Counter
from collections.abc import Iterator

# (table, which of the tables of that name, key); key is empty for the table's own heading.
Place = tuple[str, int, str]

_HEADING = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]")
_ASSIGNMENT = re.compile(r"""\s*((?:[A-Za-z0-9_.-]|"[^"]*"|'[^']*'|\s(?=\.)|(?<=\.)\s)+)\s*=""")
_LONG_QUOTE = re.compile(r'"""|' + r"'''")


def lines(source: str) -> dict[Place, int]:
    """The line, counted from one, of each heading and key of a file that ``tomllib`` could read."""
    found: dict[Place, int] = {}
    seen: Counter[str] = Counter()
    table, index = "", 0
    for number, text in _outside_long_strings(source):
        if heading := _HEADING.match(text):
            table = _plain(heading[2])
            index = seen[table]
            seen[table] += 1
            found.setdefault((table, index, ""), number)
        elif assignment := _ASSIGNMENT.match(text):
            path = [part for part in (table, *map(_plain, assignment[1].split("."))) if part]
            found.setdefault((".".join(path[:-1]), index if table else 0, path[-1]), number)
            found.setdefault((path[0], index if table else 0, ""), number)
    return found


def _plain(name: str) -> str:
    return name.strip().strip("\"'")


def _outside_long_strings(source: str) -> Iterator[tuple[int, str]]:
    """Numbered lines, without those that begin inside a string of several lines."""
    inside = ""
    for number, text in enumerate(source.splitlines(), 1):
        if not inside:
            yield number, text
        for quote in _LONG_QUOTE.findall(text):
            inside = "" if inside == quote else (inside or quote)
