"""HTML as text: no tag, no link, no picture is ever shown of a caller's mail. Pure."""

import html
import re

import nh3

HTML = 256 * 1024  # characters read: nested blocks take quadratic time

# Dropped before parsing: deeply nested blocks are what makes an HTML parser quadratic.
_BLOCK = re.compile(r"(?i)</?(?:p|div|br|li|tr|td|th|h[1-6]|blockquote|table|tbody|ul|ol|pre|hr)\b[^<>]{0,800}>")
_BLANKS = re.compile(r"[ \t\r\f\v\u00a0]+")
_LINES = re.compile(r"\n\s*\n\s*")
_SILENT = {"script", "style", "title", "head", "noscript", "template", "iframe", "object", "svg", "math"}


def from_html(source: str) -> str:
    """What a reader would see, with line ends where blocks end. Source longer than ``HTML`` characters is cut."""
    marked = _BLOCK.sub("\n", _BLANKS.sub(" ", source[:HTML].replace("\n", " ")))
    bare = nh3.clean(marked, tags=set(), clean_content_tags=_SILENT, attributes={})
    return _LINES.sub("\n\n", _BLANKS.sub(" ", html.unescape(bare))).strip()
