"""The line writes on its own page, as somebody without script does: opens the form, sends it, and looks for the return code."""

import re
import secrets
import ssl
import urllib.error
import urllib.request
from html import unescape
from urllib.parse import urlsplit

from harkline.intake.canaries import Sent

PATIENCE = 120.0  # seconds a page: in a flood, whoever solves no puzzle waits for their turn
LARGEST = 1024 * 1024
_HIDDEN = re.compile(r"<input\b[^>]*\btype=[\"']?hidden\b[^>]*>")
_PART = re.compile(r"\b(name|value)=(?:\"([^\"]*)\"|'([^']*)')")
_CODE = re.compile(r"\b[A-Z2-7]{4}\b(?:(?:\s|&nbsp;|<[^>]*>)*\b[A-Z2-7]{4}\b){3}")


def write(base: str, one: Sent) -> str:
    """Write to the page at ``base``. Returns nothing where it gave a return code, else one fixed word."""
    try:
        form = _read(urllib.request.Request(f"{base}/write"), base)  # noqa: S310 (our own page)
        page = _read(_filled(base, form, one.token), base)
    except (OSError, ValueError, UnicodeDecodeError):
        return "no_answer"
    return "" if _CODE.search(page) else "not_answered"


def _read(request: urllib.request.Request, base: str) -> str:
    with urllib.request.urlopen(request, timeout=PATIENCE, context=_context(base)) as answer:  # noqa: S310
        return str(answer.read(LARGEST).decode())


def _context(base: str) -> ssl.SSLContext | None:
    """On this very machine the certificate bears the public name; anywhere else it has to be right."""
    parts = urlsplit(base)
    if parts.scheme != "https":
        return None
    context = ssl.create_default_context()
    if parts.hostname in ("127.0.0.1", "::1", "localhost"):
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _filled(base: str, form: str, token: str) -> urllib.request.Request:
    border = secrets.token_hex(16)
    values = {**hidden(form), "text": token}
    body = "".join(
        f'--{border}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in values.items()
    )
    parts = urlsplit(base)
    headers = {
        "Content-Type": f"multipart/form-data; boundary={border}",
        "Origin": f"{parts.scheme}://{parts.netloc}",
    }
    return urllib.request.Request(f"{base}/write", f"{body}--{border}--\r\n".encode(), headers)  # noqa: S310


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page, by name."""
    found = {}
    for field in _HIDDEN.findall(page):
        parts = {name: unescape(double or single) for name, double, single in _PART.findall(field)}
        if "name" in parts:
            found[parts["name"]] = parts.get("value", "")
    return found
