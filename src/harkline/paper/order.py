"""What somebody wants printed, and what stands on it: values for ``typeset``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import TextChoices
from django.utils import translation
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from harkline.notice import words as notice_words
from harkline.notice.door import Address, Present
from harkline.paper import numbers, qr, words
from harkline.runtime import digits

PICTURES = Path(__file__).with_name("sheets") / "pictures"
PHONE, PAGE = "phone", "page"
ACCENT, BLACK = "#0b5a5a", "#111111"


class Sheet(TextChoices):
    """What can be printed for callers."""

    POSTER = "poster", _("poster")
    TEAR_OFF = "tear_off", _("sheet with strips to tear off")
    WALLET = "wallet", _("wallet cards, ten on a sheet")
    PICTURE = "picture", _("leaflet in pictures, for people who do not read")


class Guise(TextChoices):
    """What a sheet looks like to whoever finds it on somebody."""

    OPEN = "open", _("open: the line's name and what it is")
    NUMBER = "number", _("neutral: only a number")
    REPAIR = "repair", _("neutral: looks like a notice of repairs")
    LESSONS = "lessons", _("neutral: looks like a notice of lessons")
    OWN = "own", _("neutral: your own words")


@dataclass(frozen=True)
class Order:
    """What is wanted. ``addresses``: keys of the notice's (``key``); they are printed in the notice's order. ``proof``: with the check words."""

    sheet: str
    languages: Sequence[str]
    addresses: Sequence[str]
    guise: str = Guise.OPEN
    size: str = "a4"
    proof: bool = True

    @property
    def neutral(self) -> bool:
        """Whether it must not give the caller away."""
        return self.guise != Guise.OPEN

    @property
    def filename(self) -> str:
        """Says what it is and never whose."""
        return f"notice-{self.sheet.replace('_', '-')}-{self.size}-{'-'.join(self.languages)}.pdf"


def key(one: Address) -> str:
    """By which an order names an address."""
    return f"{one.channel}:{one.value}"


def offered(notice: Present, *, neutral: bool) -> list[Address]:
    """The addresses that a sheet can carry, all of them signed: on a neutral one telephone numbers alone, for a page or a mail address
    tells whose it is."""
    return [one for one in notice.addresses if one.channel == PHONE or not neutral]


def data(order: Order, notice: Present) -> Mapping[str, Any]:
    """Everything that the sheet's template is given."""
    rows = [one for one in offered(notice, neutral=order.neutral) if key(one) in order.addresses]
    return {
        "title": words.of(order.languages[0])["title"],
        "paper": order.size,
        "accent": BLACK if order.neutral else ACCENT,
        "languages": [_language(order, notice, code, rows) for code in order.languages],
        "pictures": _pictures(order.neutral) if order.sheet == Sheet.PICTURE else {},
    }


def _language(order: Order, notice: Present, code: str, rows: Sequence[Address]) -> dict[str, Any]:
    texts = words.of(code)
    phones = [one for one in rows if one.channel == PHONE]
    others = [one for one in rows if one.channel != PHONE]
    heading, text = _said(order, notice, code, texts)
    found = {
        **script(code),
        "title": texts["title"],
        "heading": heading,
        "text": text,
        "strip": heading,
        "notes": [] if order.neutral else _notes(texts, rows),
        "speak": [] if order.neutral else [own_name(one) for one in notice.languages],
        "speak_label": texts["we_speak"],
        "foot": "" if order.neutral or not phones else texts["traces"],
        "numbers": [address(one, code, neutral=order.neutral) for one in phones],
        "others": [address(one, code, neutral=order.neutral) for one in others],
        "codes": _codes(code, texts, rows),
        **_proof(order, notice, texts),
        "steps": _steps(order, texts),
        "assured": _assured(order, texts, rows),
    }
    return {name: words.printable(value) for name, value in found.items()}


def address(one: Address, code: str, *, neutral: bool = False) -> dict[str, str]:
    """As it is read off paper. ``label`` says when somebody listens there, where that is not always; on an open sheet also what the
    line calls it."""
    with translation.override(code):
        when = digits.read(notice_words.hours(one))
    value = numbers.grouped(one.value) if one.channel == PHONE else shown(one)
    return {"value": value, "label": " · ".join(filter(None, ("" if neutral else one.label, words.printable(when))))}


def _notes(texts: Mapping[str, str], rows: Sequence[Address]) -> list[str]:
    """Nothing is promised that does not hold for every address on the sheet."""
    always = [texts["any_hour"]] if not any(one.hours for one in rows) else []
    calls = [texts["no_name"], texts["cannot_speak"]] if any(one.channel == PHONE for one in rows) else []
    return [*always, *calls]


def script(code: str) -> dict[str, Any]:
    """A language as the typesetter wants it."""
    bidi = code in settings.LANGUAGES_BIDI
    fonts = ["Noto Naskh Arabic", "Noto Sans"] if bidi else ["Noto Sans", "Noto Naskh Arabic"]
    return {"lang": code, "dir": "rtl" if bidi else "ltr", "fonts": fonts}


def own_name(code: str) -> str:
    """A language as its speakers call it."""
    try:
        return str(get_language_info(code)["name_local"])
    except KeyError:
        return code


def _said(order: Order, notice: Present, code: str, texts: Mapping[str, str]) -> tuple[str, str]:
    """The heading and the sentence."""
    if order.guise == Guise.NUMBER:
        return "", ""
    if order.guise in (Guise.REPAIR, Guise.LESSONS):
        return texts[f"{order.guise}_heading"], texts[f"{order.guise}_text"]
    own = words.own(code, neutral=order.neutral)
    heading, text = (own.heading, own.text) if own else ("", "")
    return (heading, text) if order.neutral else (heading or notice.line, text or texts["text"])


def shown(one: Address) -> str:
    """An address as it is read off paper."""
    if one.channel == PAGE:
        return one.value.partition("://")[2].rstrip("/")
    return f"{one.value} · {one.frequency}" if one.frequency else one.value


def _proof(order: Order, notice: Present, texts: Mapping[str, str]) -> dict[str, str]:
    if order.neutral or not order.proof:
        return {"words": "", "words_label": "", "words_number": ""}
    number = f"{notice.check_number} · № {notice.serial}"
    return {"words": " ".join(notice.check_words), "words_label": texts["check_words"], "words_number": number}


def _codes(code: str, texts: Mapping[str, str], rows: Sequence[Address]) -> list[dict[str, str]]:
    """The symbols: one for the first number, one for the first page."""
    found = []
    if phone := next((one for one in rows if one.channel == PHONE), None):
        say = f"{texts['call']}: {numbers.grouped(phone.value)}"
        found.append(_code(qr.call(phone.value), texts["call"], say, "phone"))
    if page := next((one for one in rows if one.channel == PAGE), None):
        found.append(
            _code(
                f"{page.value.rstrip('/')}/{code}/", texts["open_page"], f"{texts['open_page']}: {shown(page)}", "page"
            )
        )
    return found


def _code(content: str, caption: str, alt: str, picture: str) -> dict[str, str]:
    return {
        "svg": qr.drawn(content),
        "caption": words.printable(caption),
        "alt": words.printable(alt),
        "picture": picture,
    }


def _steps(order: Order, texts: Mapping[str, str]) -> list[dict[str, str]]:
    """Somebody worried, a telephone, two people who talk. On a neutral sheet the telephone alone says it."""
    phone = ("phone", "telephone")
    return _drawn(texts, phone) if order.neutral else _drawn(texts, ("alone", "alone"), phone, ("talk", "talk"))


def _assured(order: Order, texts: Mapping[str, str], rows: Sequence[Address]) -> list[dict[str, str]]:
    """By day and by night, where that holds; and that it stays between us."""
    always = [("any_hour", "day_and_night")] if not any(one.hours for one in rows) else []
    return [] if order.neutral else _drawn(texts, *always, ("between_us", "between_us"))


def _drawn(texts: Mapping[str, str], *pictures: tuple[str, str]) -> list[dict[str, str]]:
    return [{"picture": name, "alt": words.printable(texts[key])} for name, key in pictures]


@cache
def _pictures(black: bool) -> Mapping[str, str]:
    found = {path.stem: path.read_text(encoding="utf-8") for path in PICTURES.glob("*.svg")}
    return {name: svg.replace(ACCENT, BLACK) if black else svg for name, svg in found.items()}
