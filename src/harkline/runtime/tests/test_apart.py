"""Days and numbers within sentences from right to left."""

from django.template import Context, Template
from django.utils import translation

from harkline.runtime.apart import apart, listed


def test_a_day_keeps_its_own_direction_behind_an_arabic_letter():
    said = Template("{% load i18n %}{% blocktranslate with day=day|apart %}until {{ day }}{% endblocktranslate %}")
    with translation.override("ar"):
        assert apart("2027-01-31").replace("\u2060", "") == "\u20682027-01-31\u2069"
        assert apart("harkline/notice+1") == "\u2068harkline/notice+1\u2069"
        assert "\u2068+44 20\u2069" in said.render(Context({"day": "+44 20"}))
    with translation.override("fr"):
        assert apart("2027-01-31") == "2027-01-31"


def test_names_stand_in_a_row_with_the_comma_of_the_language():
    with translation.override("ar"):
        assert listed(["A", "B"]) == "A، B"
    with translation.override("en"):
        assert listed([]) == ""
        assert listed(["A", 2]) == "A, 2"
