"""Where a page leads and what it runs: what must be the same wherever it is seen from. Pure.

Words, hours and waits differ from moment to moment; a number, an address, a form's target, a script or a frame never does, and these
are what somebody changes who wants callers for themselves.
"""

import hashlib
import json
from collections.abc import Iterable
from html.parser import HTMLParser
from urllib.parse import urlsplit

MOST = 200  # lines
_SOURCES = {
    "script": "src",
    "iframe": "src",
    "frame": "src",
    "embed": "src",
    "object": "data",
    "form": "action",
    "base": "href",
}


def leads(html: str, page: str) -> str:
    """One line for each thing that it leads to or runs, sorted. ``page``: the address at which the public finds it; what lies there is
    written without it."""
    reader = _Reader(page)
    reader.feed(html)
    reader.close()
    return "\n".join(sorted(set(reader.found))[:MOST])


class _Reader(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._home = urlsplit(page)
        self._inline: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "script" and not given.get("src"):
            self._inline = []
        elif tag in _SOURCES:
            self.found.append(f"{tag}: {self._short(given.get(_SOURCES[tag], ''))}")
        elif tag in ("a", "area", "link") and self._leaves(given.get("href", "")):
            self.found.append(f"link: {given['href'].strip()}")
        elif tag == "meta" and given.get("http-equiv", "").lower() == "refresh":
            self.found.append(f"refresh: {given.get('content', '')}")
        self.found += [f"{tag}: runs {name}" for name in given if name.startswith("on")]

    def handle_data(self, data: str) -> None:
        if self._inline is not None:
            self._inline.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "script" and self._inline is not None:
            if text := "".join(self._inline).strip():
                self.found.append(f"script in the page: {hashlib.sha256(text.encode()).hexdigest()[:16]}")
            self._inline = None

    def _leaves(self, href: str) -> bool:
        """Whether a link leads away from the line's own pages: by telephone, by mail, to another host."""
        parts = urlsplit(href.strip())
        return bool(parts.scheme or parts.netloc) and (parts.scheme, parts.netloc) != (
            self._home.scheme,
            self._home.netloc,
        )

    def _short(self, address: str) -> str:
        parts = urlsplit(address.strip())
        same = (parts.scheme, parts.netloc) == (self._home.scheme, self._home.netloc)
        return parts._replace(scheme="", netloc="").geturl() if same else address.strip()


def signed(document: str) -> str:
    """What tells one signed notice from another: its text's hash. ``document``: the JSON of ``/.well-known/``, or a signed note."""
    try:
        told = json.loads(document)
    except ValueError:
        told = None
    note = told.get("note", "") if isinstance(told, dict) else document
    if not isinstance(note, str) or not note.strip():
        return "no signed notice"
    return f"SHA-256 {hashlib.sha256(note.strip().encode()).hexdigest()}"


def difference(expected: str, found: str) -> tuple[list[str], list[str]]:
    """What is there and should not be, and what should be and is not."""
    before, now = _lines(expected), _lines(found)
    return sorted(now - before), sorted(before - now)


def _lines(text: str) -> set[str]:
    return {line for line in text.split("\n") if line}


def joined(lines: Iterable[str]) -> str:
    """Answers in an order of their own, one a line."""
    return "\n".join(sorted(set(lines)))
