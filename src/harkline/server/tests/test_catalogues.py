"""Texts in other languages: read as gettext reads them, and whole on the pages that callers meet."""

import ast
import gettext
import io
import re
from pathlib import Path

import pytest
from django.test import Client

import harkline
from harkline.server import catalogues

ROOT = Path(harkline.__file__).parent
LANGUAGES = sorted(path.parents[1].name for path in (ROOT / "locale").glob("*/LC_MESSAGES/django.po"))
PO = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"

#: somewhere
msgid "a \\"word\\""
msgstr "un "
"« mot »"

#, fuzzy
msgid "guessed"
msgstr "deviné"

msgid "not yet"
msgstr ""

msgctxt "of a door"
msgid "open"
msgstr "ouverte"

msgid "%d day"
msgid_plural "%d days"
msgstr[0] "%d jour"
msgstr[1] "%d jours"
"""


def test_what_is_packed_gettext_reads():
    found = gettext.GNUTranslations(io.BytesIO(catalogues.pack(catalogues.read(PO))))
    assert found.gettext('a "word"') == "un « mot »"
    assert found.pgettext("of a door", "open") == "ouverte"
    assert [found.ngettext("%d day", "%d days", n) for n in (1, 2)] == ["%d jour", "%d jours"]
    assert found.gettext("guessed") == "guessed"
    assert found.gettext("not yet") == "not yet"


def test_a_changed_text_is_compiled_again(tmp_path: Path):
    (tmp_path / "data" / "keys").mkdir(parents=True)
    text = tmp_path / "locale" / "fr" / "LC_MESSAGES" / "django.po"
    text.parent.mkdir(parents=True)
    text.write_text(PO, encoding="utf-8")
    [folder] = catalogues.compiled(tmp_path / "locale", tmp_path / "data")
    made = folder / "fr" / "LC_MESSAGES" / "django.mo"
    before = made.read_bytes()
    text.write_text(PO.replace("mot", "terme"), encoding="utf-8")
    catalogues.compiled(tmp_path / "locale", tmp_path / "data")
    assert made.read_bytes() != before


def test_without_an_installation_nothing_is_written(tmp_path: Path):
    assert catalogues.compiled(ROOT / "locale", tmp_path) == []
    assert catalogues.compiled(ROOT / "locale", None) == []
    assert not list(tmp_path.iterdir())


def _said() -> set[str]:
    """What the pages that callers meet say."""
    found: set[str] = set()
    server = ROOT / "server" / "templates"
    pages = [server / name for name in ("base.html", "error.html", "400.html", "403.html", "404.html")]
    for page in [*pages, *ROOT.glob("notice/templates/**/*.html"), *ROOT.glob("channels/web/templates/**/*.html")]:
        text = page.read_text(encoding="utf-8")
        found |= {double or single for double, single in re.findall(r"""{% translate (?:"([^"]+)"|'([^']+)')""", text)}
        found |= set(re.findall(r"""[=|]_\("([^"]+)"\)""", text))
    forms = (ROOT / "channels" / "web" / "forms.py").read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(forms)):
        if (
            isinstance(node, ast.Call)
            and getattr(node.func, "id", "") == "_"
            and isinstance(node.args[0], ast.Constant)
        ):
            found.add(str(node.args[0].value))
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_that_a_caller_meets_is_translated(language: str):
    text = (ROOT / "locale" / language / "LC_MESSAGES" / "django.po").read_text(encoding="utf-8")
    assert len(_said()) > 100
    assert _said() - catalogues.read(text).keys() == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_and_marks_survive_translation(language: str):
    text = (ROOT / "locale" / language / "LC_MESSAGES" / "django.po").read_text(encoding="utf-8")
    marks = re.compile(r"%\(\w+\)s|</?\w+>")
    for key, value in catalogues.read(text).items():
        for one in value.split("\x00") if key else []:
            assert sorted(marks.findall(one)) == sorted(marks.findall(key.split("\x00")[0])), key


@pytest.mark.django_db
def test_a_page_speaks_persian(team_private: bytes):
    page = Client().get("/fa/").content.decode()
    assert "در این لحظه کسی اینجا نیست" in page
    assert "Nobody is here" not in page
