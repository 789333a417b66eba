"""Brings the catalogues (``src/harkline/locale``) up to what the program says now: ``make texts``.

    python scripts/texts.py              every catalogue; says what each still lacks
    python scripts/texts.py --check      writes nothing; 1 if a catalogue is not up to date, or lacks something
    python scripts/texts.py --new he     a new, empty catalogue

A text that has vanished goes. Where a new one is much like it, the old translation stays beside it as ``fuzzy``, which nobody is shown
until a translator has looked at it and taken the mark away.
"""

import argparse
import ast
import difflib
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import allauth
import django
from django.utils.translation.template import templatize

from harkline.server import catalogues

ROOT = Path(__file__).parents[1] / "src" / "harkline"
LOCALE = ROOT / "locale"
# Django and allauth speak neither Pashto nor Dari: what of theirs our pages show is in these two catalogues.
WITHOUT_DJANGO = ("prs", "ps")
DATES = "utils/dates.py"
LENT = {
    "django": (
        Path(django.__file__).parent,
        (
            DATES,
            "forms/fields.py",
            "forms/models.py",
            "core/validators.py",
            "template/defaultfilters.py",
            "utils/timesince.py",
        ),
    ),
    "allauth": (Path(allauth.__file__).parent, ("account/adapter.py", "mfa/adapter.py", "mfa/webauthn/forms.py")),
}
# Of those files, the dates whole and these sentences.
SHOWN = frozenset(
    {
        "Enter a number.",
        "Enter a valid date.",
        "Enter a valid date/time.",
        "Enter a valid time.",
        "Enter a valid value.",
        "Enter a whole number.",
        "Ensure this value has at least %(limit_value)d character (it has %(show_value)d).",
        "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
        "Ensure this value is greater than or equal to %(limit_value)s.",
        "Ensure this value is less than or equal to %(limit_value)s.",
        "Incorrect code.",
        "Incorrect password.",
        "Invalid or expired key.",
        "No file was submitted.",
        "Null characters are not allowed.",
        "Select a valid choice. %(value)s is not one of the available choices.",
        "Select a valid choice. That choice is not one of the available choices.",
        "The submitted file is empty.",
        "The username and/or password you specified are not correct.",
        "This account is currently inactive.",
        "This field is required.",
        "Too many failed login attempts. Try again later.",
        "Master key",
        "Backup key",
        "Key nr. {number}",
        "%(num)d day",
        "%(num)d hour",
        "%(num)d minute",
        "%(num)d week",
        "%(num)d month",
        "%(num)d year",
        "%(size)d byte",
        "%s KB",
        "%s MB",
        "%s GB",
        ", ",
    }
)
# The places of the arguments, by the function's name without ``_lazy`` or ``_noop``.
PLACES = {
    "gettext": ("id",),
    "ngettext": ("id", "plural"),
    "pgettext": ("context", "id"),
    "npgettext": ("context", "id", "plural"),
}
_STRING = r"""u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
_CALL = re.compile(rf"\b(n?p?gettext|_)\(\s*({_STRING})(?:\s*,\s*({_STRING}))?(?:\s*,\s*({_STRING}))?")
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|(?<!%)%[sd](?!\w)")


class Text(NamedTuple):
    """One text to translate, as the program asks for it."""

    id: str
    plural: str = ""
    context: str = ""

    @property
    def key(self) -> str:
        """As ``catalogues.read`` names it."""
        return (f"{self.context}\x04" if self.context else "") + self.id + (f"\x00{self.plural}" if self.plural else "")


Found = dict[Text, list[str]]  # text → the files that say it


@cache
def extracted(root: Path = ROOT) -> Found:
    """What the program says, in the order of its files; of tests, nothing."""
    found: Found = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if not re.search(r"(^|/)(tests|static|migrations)/", name):
            _enter(found, name, _said(path))
    return found


@cache
def lent() -> Found:
    """What Django and allauth say on our pages."""
    found: Found = {}
    for package, (root, names) in LENT.items():
        for name in names:
            shown = (
                text
                for text in in_python((root / name).read_text(encoding="utf-8"))
                if name == DATES or text.id in SHOWN
            )
            _enter(found, f"{package}/{name}", shown)
    return found


def wanted(language: str) -> Found:
    """What the catalogue of a language holds when it is whole."""
    found = dict(extracted())
    for text, files in lent().items() if language in WITHOUT_DJANGO else ():
        found.setdefault(text, files)
    return found


def _enter(found: Found, name: str, texts: Iterator[Text]) -> None:
    for text in texts:
        files = found.setdefault(text, [])
        if name not in files:
            files.append(name)


def _said(path: Path) -> Iterator[Text]:
    if path.suffix == ".py":
        yield from in_python(path.read_text(encoding="utf-8"))
    elif path.suffix in (".html", ".txt") and "templates" in path.parts:
        yield from in_template(path.read_text(encoding="utf-8"))


def in_python(source: str) -> Iterator[Text]:
    """The texts of a module. A function of gettext is known by the name under which it was imported, whatever it is called here."""
    tree = ast.parse(source)
    names = dict(_named(tree))
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = names.get(node.func.id, "") if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if places := PLACES.get(_plain(called)):
            values = [one.value for one in node.args[: len(places)] if isinstance(one, ast.Constant)]
            if len(values) == len(places) and all(isinstance(one, str) for one in values):
                yield Text(**dict(zip(places, values, strict=True)))


def _named(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and _plain(node.name) in PLACES:
            yield node.name, node.name
        elif isinstance(node, ast.ImportFrom):
            yield from ((one.asname or one.name, one.name) for one in node.names if _plain(one.name) in PLACES)


def _plain(name: str) -> str:
    return name.removesuffix("_lazy").removesuffix("_noop")


def in_template(source: str) -> Iterator[Text]:
    """The texts of a template, as Django itself reads them out for xgettext."""
    for called, *strings in _CALL.findall(templatize(source)):
        places = PLACES["gettext" if called == "_" else called]
        values = [ast.literal_eval(one) for one in strings[: len(places)]]
        yield Text(**dict(zip(places, values, strict=True)))


def brought_up(old: str, texts: Found) -> str:
    """The catalogue ``old`` with exactly ``texts``: what was translated stays."""
    known, guessed, forms = catalogues.read(old), catalogues.read(old, guessed=True), catalogues.forms(old)
    gone = {key: value for key, value in guessed.items() if key and key not in {one.key for one in texts}}
    blocks = []
    for text, files in texts.items():
        guess = "" if text.key in known else guessed.get(text.key) or _like(text, gone)
        blocks.append(_block(text, files, known.get(text.key, ""), guess, forms))
    return "\n\n".join([catalogues.head(old), *blocks]) + "\n"


def _block(text: Text, files: list[str], translated: str, guess: str, forms: int) -> str:
    lines = ["#: " + " ".join(files)]
    flags = ["fuzzy"] * bool(guess) + ["python-format"] * bool(_PLACEHOLDER.search(text.plural or text.id))
    lines += ["#, " + ", ".join(flags)] if flags else []
    lines += _lines("msgctxt", text.context) if text.context else []
    lines += _lines("msgid", text.id) + (_lines("msgid_plural", text.plural) if text.plural else [])
    values = (translated or guess).split("\x00")
    if not text.plural:
        return "\n".join(lines + _lines("msgstr", values[0]))
    for place in range(forms):
        lines += _lines(f"msgstr[{place}]", values[place] if place < len(values) else "")
    return "\n".join(lines)


def _like(text: Text, gone: dict[str, str]) -> str:
    kind = [key for key in gone if bool(text.plural) == ("\x00" in key)]
    near = difflib.get_close_matches(text.key, kind, n=1, cutoff=0.75)
    return gone[near[0]] if near else ""


def _lines(name: str, value: str) -> list[str]:
    parts = [_quoted(one) for one in value.splitlines(keepends=True)] or ['""']
    return [f"{name} {parts[0]}"] if len(parts) == 1 else [f'{name} ""', *parts]


def _quoted(value: str) -> str:
    for char, written in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\t", "\\t")):
        value = value.replace(char, written)
    return f'"{value}"'


def lacking(text: str, texts: Found) -> list[Text]:
    """What a catalogue does not translate."""
    known = catalogues.read(text)
    return [one for one in texts if one.key not in known]


def languages() -> list[str]:
    return sorted(path.parents[1].name for path in LOCALE.glob("*/LC_MESSAGES/django.po"))


def file(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def _begin(language: str) -> None:
    head = (
        "# Draft: to be read by somebody whose first language this is.\n"
        'msgid ""\nmsgstr ""\n'
        f'"Language: {language}\\n"\n"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n'
    )
    file(language).parent.mkdir(parents=True)
    file(language).write_text(head, encoding="utf-8")
    print(f"{language}: begun. Look its plural forms up and write them into the head; then run this again.")


def _one(language: str, *, check: bool) -> bool:
    """Whether the catalogue was whole and up to date."""
    texts, path = wanted(language), file(language)
    old = path.read_text(encoding="utf-8")
    if language in catalogues.FALLBACK:  # holds what it says in its own words, and no more
        texts = {one: files for one, files in texts.items() if one.key in catalogues.read(old)}
    new, missing = brought_up(old, texts), lacking(old, texts)
    print(
        f"{language}: {len(texts)} texts, {len(missing)} not translated"
        + ("" if new == old else ", not up to date" if check else ", brought up")
    )
    for text in missing:
        print(f"    {text.id!r}" + (f" ({text.context})" if text.context else "") + f"  {texts[text][0]}")
    if not check:
        path.write_text(new, encoding="utf-8")
    return new == old and not missing


def main() -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--new", metavar="LANGUAGE")
    asked = parser.parse_args()
    if asked.new:
        _begin(asked.new)
        return 0
    whole = [_one(language, check=asked.check) for language in languages()]
    return 0 if all(whole) or not asked.check else 1


if __name__ == "__main__":
    sys.exit(main())
