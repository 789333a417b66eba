"""Simulated callers who write on the web: plain pages and plain forms, as a browser without script uses them."""

import asyncio
import re
import secrets
import urllib.request
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

from harkline.demo.story import Letter

CODE = re.compile(
    r"\b([A-Z2-7]{4})(?:[\s-]|&nbsp;|<[^>]+>)*([A-Z2-7]{4})(?:[\s-]|&nbsp;|<[^>]+>)*([A-Z2-7]{4})(?:[\s-]|&nbsp;|<[^>]+>)*([A-Z2-7]{4})\b"
)
LONGEST = 30.0  # seconds for one page


@dataclass
class Form:
    """A form of a page: where it goes, and what it would send. ``free`` are the fields for somebody to fill in, with their type."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    free: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class Page:
    """A page as somebody without script has it."""

    url: str
    text: str
    forms: list[Form]
    links: list[str]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._open: Form | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "form":
            self._open = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._open)
        elif self._open and "disabled" not in given:
            self._field(tag, given, self._open)

    def _field(self, tag: str, given: dict[str, str], form: Form) -> None:
        name, kind = given.get("name", ""), given.get("type", "text")
        if tag == "option" and self._select:
            value = given.get("value", "")
            form.choices.setdefault(self._select, []).append(value)
            if "selected" in given or self._select not in form.fields:
                form.fields[self._select] = value
        elif tag == "select":
            self._select = name
        elif tag == "textarea" and name:
            form.free[name] = "textarea"
        elif tag == "input" and name:
            if kind == "hidden":
                form.fields[name] = given.get("value", "")
            elif kind in ("radio", "checkbox"):
                if "checked" in given:
                    form.fields[name] = given.get("value", "on")
            elif kind not in ("file", "submit"):
                form.free[name] = kind

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "select":
            self._select = ""


def read(url: str, text: str) -> Page:
    """Find the forms and links."""
    reader = _Reader()
    reader.feed(text)
    return Page(url, text, reader.forms, [urljoin(url, link) for link in reader.links])


def code_in(page: Page) -> str:
    """The return code that a page shows; empty when it shows none."""
    found = CODE.search(page.text)
    return "".join(found.groups()) if found else ""


def open_page(url: str) -> Page:
    """GET. Raises OSError."""
    with urllib.request.urlopen(url, timeout=LONGEST) as answer:  # noqa: S310 (an address of our own line)
        return read(answer.url, answer.read().decode())


def send(page: Page, form: Form, filled: dict[str, str]) -> Page:
    """Submit a form as multipart/form-data. Raises OSError (HTTPError for what the line refused)."""
    border = secrets.token_hex(16)
    values = {**dict.fromkeys(form.free, ""), **form.fields, **filled}
    body = "".join(
        f'--{border}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in values.items()
    )
    target = urljoin(page.url, form.action)
    origin = "/".join(target.split("/")[:3])
    request = urllib.request.Request(  # noqa: S310
        target,
        data=f"{body}--{border}--\r\n".encode(),
        headers={"Content-Type": f"multipart/form-data; boundary={border}", "Origin": origin},
    )
    with urllib.request.urlopen(request, timeout=LONGEST) as answer:  # noqa: S310
        return read(answer.url, answer.read().decode())


def form_with(page: Page, kind: str) -> Form:
    """The first form that has a free field of this kind. Raises LookupError."""
    found = next((form for form in page.forms if kind in form.free.values()), None)
    if found is None:
        raise LookupError(f"no form with a {kind} on this page")
    return found


def report(base: str, text: str, language: str) -> str:
    """Write to the line from its first page on; returns the return code. Raises OSError, LookupError."""
    front = open_page(f"{base}/")
    page = open_page(next(link for link in front.links if link.rstrip("/").endswith("/write")))
    form = form_with(page, "textarea")
    filled = {_textarea(form): text}
    filled.update({name: language for name, values in form.choices.items() if language in values})
    code = code_in(send(page, form, filled))
    if not code:
        raise LookupError("the line gave no return code")
    return code


def come_back(base: str, code: str) -> Page:
    """Open the thread with its code. Raises OSError, LookupError."""
    front = open_page(f"{base}/")
    page = open_page(next(link for link in front.links if link.rstrip("/").endswith("/code")))
    form = next(form for form in page.forms if form.method == "post" and form.free)
    return send(page, form, {next(iter(form.free)): code})


async def live(base: str, one: Letter, pause: float) -> str:
    """Write, come back from time to time to see whether somebody has answered, and answer that."""
    code = await asyncio.to_thread(report, base, one.text, one.language)
    seen, says = 0, list(one.answers)
    while says:
        await asyncio.sleep(pause)
        page = await asyncio.to_thread(come_back, base, code)
        if answers(page) > seen:
            seen = answers(page)
            form = form_with(page, "textarea")
            await asyncio.to_thread(send, page, form, {_textarea(form): says.pop(0)})
    return "has read the answer and has written back"


def answers(page: Page) -> int:
    """How many answers a thread's page shows."""
    return page.text.count('class="said"')  # one's own are "said mine"


def _textarea(form: Form) -> str:
    return next(name for name, kind in form.free.items() if kind == "textarea")
