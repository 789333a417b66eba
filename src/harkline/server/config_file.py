"""``harkline.toml``, read and written by the table in ``config``."""

import json
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from itertools import pairwise
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from harkline.count import columns
from harkline.server.config import FILE, MANY, SINGLE, Settings
from harkline.server.keys import REQUIRED, Key, Wrong, declared, nearest
from harkline.server.toml_lines import Place, lines


@dataclass(frozen=True, order=True)
class Mistake:
    """One thing to put right, on a line counted from one."""

    line: int
    sentence: str

    def __str__(self) -> str:
        return _("%(file)s, line %(line)d: %(sentence)s") % {"file": FILE, "line": self.line, "sentence": self.sentence}


class Mistakes(ValueError):
    """Everything that is wrong with the file."""

    def __init__(self, found: Iterable[Mistake]) -> None:
        self.found = tuple(sorted(set(found)))
        super().__init__("\n".join(map(str, self.found)))


def read(path: Path) -> Settings:
    """The settings in the file; all defaults where there is none. Raises ``Mistakes``."""
    source = path.read_text(encoding="utf-8-sig") if path.exists() else ""
    return parse(source, path.parent)


def parse(source: str, folder: Path) -> Settings:
    """The settings in a file's text. Paths that are not absolute start from ``folder``. Raises ``Mistakes``."""
    try:
        table = tomllib.loads(source)
    except tomllib.TOMLDecodeError as reason:
        raise Mistakes([_unreadable(reason, source)]) from None
    reading = _Reading(lines(source), folder.resolve())
    settings = reading.settings(table)
    if reading.mistakes:
        raise Mistakes(reading.mistakes)
    return settings


def _unreadable(reason: tomllib.TOMLDecodeError, source: str) -> Mistake:
    at = re.search(r"line (\d+)", str(reason))
    what = re.sub(r"\s*\(at .*\)$", "", str(reason))
    return Mistake(
        int(at[1]) if at else max(1, source.count("\n")), _("This cannot be read as TOML: %s.") % what.rstrip(".")
    )


class _Reading:
    """One pass over the file that goes on after each mistake."""

    def __init__(self, where: dict[Place, int], folder: Path) -> None:
        self.where, self.folder = where, folder
        self.mistakes: list[Mistake] = []

    def settings(self, table: dict[str, Any]) -> Settings:
        for name in table.keys() - SINGLE.keys() - MANY.keys():
            self._no_section(name, table[name])
        found: dict[str, Any] = {name: self._single(name, table.get(name, {})) for name in SINGLE}
        found |= {name: self._many(name, table.get(name, [])) for name in MANY}
        whole = Settings(self.folder, **{name: value for name, value in found.items() if value is not None})
        if not self.mistakes:
            self._together(whole)
        return whole

    def say(self, place: Place, sentence: str) -> None:
        table, index, _key = place
        line = self.where.get(place) or self.where.get((table, index, "")) or 1
        self.mistakes.append(Mistake(line, sentence))

    def _no_section(self, name: str, value: Any) -> None:
        if isinstance(value, dict | list):
            sentence = _("There is no section [%s].") % name + nearest(name, [*SINGLE, *MANY])
            self.say((name, 0, ""), sentence)
        else:
            sections = [section for section, kind in {**SINGLE, **MANY}.items() if name in _keys(kind)]
            hint = " " + _("It belongs below the heading [%s].") % sections[0] if sections else ""
            self.say(("", 0, name), _("The key %s stands before any section.") % name + hint)

    def _single(self, name: str, value: Any) -> Any:
        if not isinstance(value, dict):
            return self.say((name, 0, ""), _("Write [%s] with single brackets, once.") % name)
        return self._section(name, 0, SINGLE[name], value)

    def _many(self, name: str, value: Any) -> Any:
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            return self.say((name, 0, ""), _("Write [[%s]] with double brackets, once for each.") % name)
        rows = [self._section(name, index, MANY[name], one) for index, one in enumerate(value)]
        return tuple(row for row in rows if row is not None)

    def _section(self, name: str, index: int, kind: type, table: dict[str, Any]) -> Any:
        keys = _keys(kind)
        for unknown in table.keys() - keys.keys():
            sentence = _("There is no key %(key)s in [%(section)s].") % {"key": unknown, "section": name}
            self.say((name, index, unknown), sentence + nearest(unknown, list(keys)))
        values = {one: self._value(name, index, keys[one], table[one]) for one in table.keys() & keys.keys()}
        missing = [one.name for one in keys.values() if one.default is REQUIRED and one.name not in table]
        for one in missing:
            self.say((name, index, ""), _("[[%(section)s]] needs the key %(key)s.") % {"section": name, "key": one})
        return None if missing or _WRONG in values.values() else kind(**values)

    def _value(self, name: str, index: int, one: Key, written: Any) -> Any:
        try:
            value = one.kind.parse(written)
        except Wrong as hint:
            sentence = _("%(key)s in [%(section)s] is %(shape)s, for instance %(example)s.") % {
                "key": one.name, "section": name, "shape": _(one.kind.shape), "example": one.kind.example,
            }  # fmt: skip
            self.say((name, index, one.name), f"{sentence} {hint}".strip())
            return _WRONG
        return self.folder / value if isinstance(value, Path) else value

    def _together(self, whole: Settings) -> None:
        """What is right key by key and wrong as a whole."""
        for name in ("web", "smtp", "sip"):
            section = getattr(whole, name)
            if (section.tls_cert is None) is not (section.tls_key is None):
                given = "tls_cert" if section.tls_cert else "tls_key"
                self.say((name, 0, given), _("tls_cert and tls_key in [%s] go together.") % name)
        if "tls" in whole.sip.transports and not whole.sip.tls_cert:
            self.say(("sip", 0, "transports"), _("The transport tls needs tls_cert and tls_key in [sip]."))
        if whole.retention.recordings_days > whole.retention.content_days:
            self.say(("retention", 0, "recordings_days"), _("Recordings cannot outlast the case that they belong to."))
        if whole.web_form.max_attachment_megabytes > whole.web_form.max_total_megabytes:
            self.say(
                ("web_form", 0, "max_total_megabytes"), _("All files together cannot be smaller than a single one.")
            )
        if whole.interpreter and not whole.trunk:
            self.say(("interpreter", 0, "number"), _("An interpreter is rung over a trunk, and there is none."))
        for index, (before, after) in enumerate(pairwise(whole.escalation), 1):
            if after.after_seconds < before.after_seconds:
                self.say(
                    ("escalation", index, "after_seconds"), _("Each step comes no earlier than the one before it.")
                )
        if said := columns.wrong([columns.Column(one.name, one.wording, one.when, one.rate) for one in whole.column]):
            self.say(("column", 0, ""), said)
        if whole.count.quorum > len(whole.witness):
            self.say(("count", 0, "quorum"), _("More witnesses are asked for than are named."))
        self._once("name", [(trunk.name, at) for at, trunk in enumerate(whole.trunk)])
        self._once("numbers", [(number, at) for at, trunk in enumerate(whole.trunk) for number in trunk.numbers])

    def _once(self, key: str, used: list[tuple[str, int]]) -> None:
        seen: set[str] = set()
        for value, index in used:
            if value in seen:
                self.say(("trunk", index, key), _("%s stands twice in the trunks.") % value)
            seen.add(value)


_WRONG = object()


def _keys(section: type) -> dict[str, Key]:
    return {one.name: declared(one) for one in fields(section)}


def sections() -> Iterator[tuple[str, str, list[Key]]]:
    """Every section in the order of the file: its heading, what it is about, its keys."""
    for name, section in {**SINGLE, **MANY}.items():
        heading = f"[[{name}]]" if name in MANY else f"[{name}]"
        yield heading, " ".join((section.__doc__ or "").split()), list(_keys(section).values())


def template() -> str:
    """Every section and key as comments, with its default, so that the file changes nothing until somebody edits it."""
    rows = [
        "# The settings of this line. Take away the # before a key, and before its section's heading, to change it;",
        "# then run: harkline check. What somebody who can change a key gains by it stands below each.",
        "# A file is named from the data folder unless its path is absolute.",
    ]
    for heading, about, keys in sections():
        rows += ["", "", f"# {about}", f"# {heading}"]
        for one in keys:
            rows += [
                "",
                f"# {one.help}",
                f"# Who can change it gains: {_lower(one.gains)}",
                f"# {one.name} = {written(one)}",
            ]
    return "\n".join(rows) + "\n"


def written(one: Key) -> str:
    """The default as TOML, or an example of what must be given."""
    return one.kind.example if one.default is REQUIRED else json.dumps(one.default, ensure_ascii=False)


def reference() -> str:
    """docs/reference/settings.md."""
    rows = [
        "# Settings",
        "",
        "`harkline.toml` in the data folder. `harkline init` writes one in which every key is a comment; nothing in it has to be set.",
        "A wrong key or value stops `harkline serve` and `harkline check` with its line and the nearest right word.",
        "Passwords are never written here: a key that ends in `_file` names the file that holds one.",
        "",
        "This page is made from the code (`python -m harkline.server.config_file`), and a test holds it to that.",
    ]
    for heading, about, keys in sections():
        rows += ["", f"## `{heading}`", "", about, ""]
        rows += [
            "| key | what it may be | default | what it does | who can change it gains |",
            "| --- | --- | --- | --- | --- |",
        ]
        rows += [_row(one) for one in keys]
    return "\n".join(rows) + "\n"


def _row(one: Key) -> str:
    default = "must be given" if one.default is REQUIRED else f"`{written(one)}`"
    shape = one.kind.shape.replace("|", "\\|")
    return f"| `{one.name}` | {shape} | {default} | {one.help} | {_lower(one.gains)} |"


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


if __name__ == "__main__":
    print(reference(), end="")
