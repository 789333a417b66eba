"""Whoever works the line reads the console in a language of their own, whatever the line speaks."""

from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format, get_format
from django.utils.translation import trans_real

import harkline
from harkline.console import parts
from harkline.line.models import Line
from harkline.people import operators
from harkline.people.models import Operator
from harkline.server import catalogues

pytestmark = pytest.mark.django_db
LOCALE = Path(harkline.__file__).parent / "locale"


@pytest.fixture
def robin(signed_in, team_private):
    Line.objects.update(languages=["en", "ps", "fr"])
    return signed_in(operators.add("Robin", languages=["en"]))


def spoken(answer) -> tuple[str, str, str]:
    page = answer.content.decode()
    start = page[page.index("<html") :][:40]
    return start.split('"')[1], start.split('"')[3], answer["Content-Language"]


def test_it_is_what_the_browser_asks_for_of_all_that_the_console_speaks(robin: Client):
    security = reverse("mfa_index")
    assert spoken(robin.get(security)) == ("en", "ltr", "en")
    assert spoken(robin.get(security, headers={"accept-language": "uk-UA,uk;q=0.9"})) == ("uk", "ltr", "uk")
    assert spoken(robin.get(security, headers={"accept-language": "de,prs"})) == ("prs", "rtl", "prs")
    assert spoken(robin.get("/", headers={"accept-language": "uk"})) == ("en", "ltr", "en")  # no language of the line


def test_a_choice_is_kept_and_goes_before_the_browser(robin: Client):
    assert robin.post(reverse("people:language"), {"language": "ar"}).url == reverse("mfa_index")
    assert spoken(robin.get(reverse("mfa_index"), headers={"accept-language": "uk"})) == ("ar", "rtl", "ar")
    assert spoken(robin.get("/fr" + reverse("mfa_index"))) == ("fr", "ltr", "fr")
    assert spoken(robin.get("/", headers={"accept-language": "fr"})) == ("fr", "ltr", "fr")
    robin.post(reverse("people:language"), {"language": ""})
    assert spoken(robin.get(reverse("mfa_index"), headers={"accept-language": "uk"}))[0] == "uk"
    assert translation.get_language() == "en"


def test_a_language_that_the_console_does_not_speak_is_refused(robin: Client):
    page = robin.post(reverse("people:language"), {"language": "xx"}, follow=True).content.decode()
    assert "Choose one of the languages." in page
    assert Operator.objects.get(username="robin").console_language == ""


def test_drafts_are_marked_for_whoever_works_the_line_and_not_for_callers(robin: Client, settings):
    settings.TRANSLATIONS = {
        "ps": catalogues.Standing(),
        "ar": catalogues.Standing(),
        "fr": catalogues.standing("# Reviewed: B. Reader, 2027-01-31"),
    }
    page = robin.get(reverse("mfa_index")).content.decode()
    assert "پښتو · draft" in page
    assert "français<" in page
    [part] = parts.translated()
    assert (
        part.sentence == "Whole, and awaiting a native speaker: Pashto. French was reviewed by B. Reader on 2027-01-31."
    )
    assert "draft" not in robin.get("/").content.decode()
    Line.objects.update(languages=["en"])
    assert parts.translated() == []


def test_pashto_and_dari_write_dates_though_django_knows_neither(tmp_path: Path, settings):
    (tmp_path / "keys").mkdir()
    settings.LOCALE_PATHS = catalogues.compiled(LOCALE, tmp_path)
    on = date(2027, 8, 5)
    trans_real._translations.pop("ps", None)
    trans_real._translations.pop("prs", None)
    with translation.override("ps"):
        assert (date_format(on, "l j F Y"), date_format(on), get_format("FIRST_DAY_OF_WEEK")) == (
            "پنجشنبه 5 اګست 2027",
            "5 اګست 2027",
            6,
        )
    with translation.override("prs"):
        assert (date_format(on, "D j E"), get_format("FIRST_DAY_OF_WEEK")) == ("پنجشنبه 5 آگست", 6)
