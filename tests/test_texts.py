"""Every text in every language: what the program says stands translated in each catalogue (``make texts``)."""

import tomllib
from functools import cache

import pytest
from scripts import texts
from scripts.texts import Text

from harkline.line import prompts_text
from harkline.server import catalogues

LANGUAGES = texts.languages()
CALLERS = ("notice/", "channels/", "paper/", "intake/", "count/receipts", "server/templates/", "server/public", "line/")


@cache
def _wanted(language: str) -> texts.Found:
    return texts.wanted(language)


def _lacking(language: str, *, callers: bool) -> list[str]:
    ours = {
        one: files
        for one, files in _wanted(language).items()
        if callers == any(file.startswith(CALLERS) for file in files)
    }
    assert len(ours) > 300
    sources = [
        texts.file(one).read_text(encoding="utf-8") for one in (catalogues.FALLBACK.get(language), language) if one
    ]
    known = catalogues.together(sources)
    return [f"{one.id!r} {one.context} {ours[one][0]}" for one in ours if one.key not in known]


def test_texts_are_found_whatever_their_function_is_called():
    source = (
        "from django.utils.translation import gettext as _, gettext_lazy as _lazy, ngettext, pgettext_lazy as p\n"
        "from django.utils import translation\n"
        'a = _("one" " whole")\nb = _lazy("later")\nc = ngettext("a day", "%(n)s days", n)\nd = p("door", "open")\n'
        'e = translation.gettext("by its module")\nf = _(word)\ng = other("not ours")\n'
    )
    assert set(texts.in_python(source)) == {
        Text("one whole"),
        Text("later"),
        Text("a day", "%(n)s days"),
        Text("open", context="door"),
        Text("by its module"),
    }


def test_texts_are_found_in_templates():
    source = (
        """{% load i18n %}{% translate "open" context "door" %}{% translate 'it is "so"' as x %}{{ y|default:_("nothing") }}"""
        """{% blocktranslate count n=n %}{{ n }} % of a day{% plural %}{{ n }} % of the days{% endblocktranslate %}"""
        """{% include "a.html" with title=_("Title") %}{# {% comment %} #}"""
    )
    assert set(texts.in_template(source)) == {
        Text("open", context="door"),
        Text('it is "so"'),
        Text("nothing"),
        Text("%(n)s %% of a day", "%(n)s %% of the days"),
        Text("Title"),
    }


def test_a_catalogue_is_brought_up_to_date_and_nothing_translated_is_lost():
    head = 'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=2; plural=(n > 1);\\n"\n'
    old = (
        head
        + '\nmsgid "Kept \\"so\\""\nmsgstr "Gardé"\n\nmsgid "A sentence that will change a little"\nmsgstr "Une phrase"\n\nmsgid "Gone"\nmsgstr "Parti"\n'
    )
    said = {
        Text('Kept "so"'): ["a.py"],
        Text("A sentence that has changed a little"): ["a.py", "b.html"],
        Text("%(n)s % of a day", "%(n)s days"): ["b.html"],
        Text("5 % of all"): ["b.html"],
    }
    new = texts.brought_up(old, said)
    assert catalogues.read(new).get('Kept "so"') == "Gardé"
    assert "Gone" not in new
    assert '#: a.py b.html\n#, fuzzy\nmsgid "A sentence that has changed a little"\nmsgstr "Une phrase"' in new
    assert '#, python-format\nmsgid "%(n)s % of a day"\nmsgid_plural "%(n)s days"\nmsgstr[0] ""\nmsgstr[1] ""' in new
    assert '#: b.html\nmsgid "5 % of all"' in new
    assert [one.id for one in texts.lacking(new, said)] == [one.id for one in list(said)[1:]]
    assert texts.brought_up(new, said) == new


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_caller_meets_a_text_that_is_not_translated(language: str):
    assert _lacking(language, callers=True) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_who_works_the_line_meets_a_text_that_is_not_translated(language: str):
    assert _lacking(language, callers=False) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_catalogue_carries_what_the_program_no_longer_says(language: str):
    known = catalogues.read(texts.file(language).read_text(encoding="utf-8"))
    assert known.keys() - {""} <= {one.key for one in _wanted(language)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_spoken_and_printed_exists_in_the_language_too(language: str):
    english, spoken = prompts_text.languages()["en"], prompts_text.languages()[language]
    assert spoken.texts.keys() == english.texts.keys()
    sheets = tomllib.loads((texts.ROOT / "paper" / "words.toml").read_text(encoding="utf-8"))
    assert sheets[language].keys() == sheets["en"].keys()
