"""Texts in other languages: read as gettext reads them, and whole on the pages that callers meet."""

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


def test_who_has_read_a_catalogue_stands_in_its_head():
    read = catalogues.standing("# Reviewed: A. Reader, 2027-01-31\n" + PO.lstrip())
    assert (read.draft, read.by, str(read.on)) == (False, "A. Reader", "2027-01-31")
    for head in ("", "# Draft: to be read\n", "# Reviewed: somebody\n", "# Reviewed: A. Reader, 2027-02-31\n"):
        assert catalogues.standing(head + PO.lstrip()).draft, head
    assert catalogues.standing(PO + "\n# Reviewed: further down, 2027-01-31\n").draft


def test_persian_reads_from_dari_what_it_lacks_and_nothing_that_django_says(tmp_path: Path):
    texts = {
        "prs": '\nmsgid "both"\nmsgstr "D"\n\nmsgid "Dari alone"\nmsgstr "D"\n\n#: django/utils/dates.py\nmsgid "May"\nmsgstr "D"\n',
        "fa": '\nmsgid "both"\nmsgstr "F"\n\nmsgid "Dari alone"\nmsgstr ""\n',
    }
    (tmp_path / "data" / "keys").mkdir(parents=True)
    for code, text in texts.items():
        file = tmp_path / "locale" / code / "LC_MESSAGES" / "django.po"
        file.parent.mkdir(parents=True)
        file.write_text(text, encoding="utf-8")
    [folder] = catalogues.compiled(tmp_path / "locale", tmp_path / "data")
    found = gettext.GNUTranslations(io.BytesIO((folder / "fa" / "LC_MESSAGES" / "django.mo").read_bytes()))
    assert [found.gettext(one) for one in ("both", "Dari alone", "May")] == ["F", "D", "May"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_and_marks_survive_translation(language: str):
    text = (ROOT / "locale" / language / "LC_MESSAGES" / "django.po").read_text(encoding="utf-8")
    marks = re.compile(r"%\(\w+\)[sd]|(?<!%)%[sd](?!\w)|</?\w+>|\{\w+\}")
    for key, value in catalogues.read(text).items():
        asked, *forms = key.split("\x04")[-1].split("\x00")[-1:] + value.split("\x00") if key else [""]
        wanted = sorted(marks.findall(asked))
        # "one day", "two days" may say the number in words where it has a name ("%d" without one would fail); the last form, which
        # is for most numbers, may not.
        bare = [one for one in wanted if one in ("%d", "%s")]
        for form in forms[:-1]:
            found = marks.findall(form)
            assert set(found) <= set(wanted), key
            assert [one for one in found if one in bare] == bare, key
        for form in forms[-1:]:
            assert sorted(marks.findall(form)) == wanted, key
        assert all(
            one.startswith("\n") == asked.startswith("\n") and one.endswith("\n") == asked.endswith("\n")
            for one in forms
        ), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_kind_of_digit_stands_on_a_page(language: str):
    text = (ROOT / "locale" / language / "LC_MESSAGES" / "django.po").read_text(encoding="utf-8")
    assert [one for one in catalogues.read(text).values() if re.search("[\u0660-\u0669\u06f0-\u06f9]", one)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_plural_has_as_many_forms_as_its_language(language: str):
    text = (ROOT / "locale" / language / "LC_MESSAGES" / "django.po").read_text(encoding="utf-8")
    for key, value in catalogues.read(text).items():
        if "\x00" in key:
            assert value.count("\x00") == catalogues.forms(text) - 1, key


@pytest.mark.django_db
def test_a_page_speaks_persian(team_private: bytes):
    page = Client().get("/fa/").content.decode()
    assert "در این لحظه کسی اینجا نیست" in page
    assert "Nobody is here" not in page
