"""Digits of the language, for what is read."""

from datetime import UTC, datetime

import pytest
from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils import translation

from harkline.runtime import digits
from harkline.runtime.apart import apart


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("fa", "۱۲:۳۰"),
        ("prs", "۱۲:۳۰"),
        ("ps", "۱۲:۳۰"),
        ("ar", "١٢:٣٠"),
        ("en", "12:30"),
        ("fr", "12:30"),
        ("uk", "12:30"),
    ],
)
def test_each_language_has_its_own(language: str, shown: str) -> None:
    with translation.override(language):
        assert digits.read("12:30") == shown


def test_tags_and_references_stay_as_they_are() -> None:
    with translation.override("ps"):
        assert digits.read('<h2 id="a1">2 &#39;3&#39; &lt;4</h2>') == '<h2 id="a1">۲ &#39;۳&#39; &lt;۴</h2>'


def test_what_was_set_apart_keeps_its_own() -> None:
    with translation.override("fa"):
        assert (
            digits.read(f"5 {apart('under 18')} {apart('2027-01-31')} 6")
            == f"۵ {apart('under 18')} {apart('2027-01-31')} ۶"
        )


def test_what_is_not_safe_is_still_escaped() -> None:
    with translation.override("ar"):
        assert Template("{{ one|digits }}").render(Context({"one": "<b>7</b>"})) == "&lt;b&gt;٧&lt;/b&gt;"
        block = Template("{% filter digits %}{{ one }} 8{% endfilter %}")
        assert block.render(Context({"one": "'7'"})) == "&#x27;٧&#x27; ٨"


def test_a_name_is_no_number() -> None:
    told = {"state": "succeeded", "shut": True, "name": "Child Line 1098", "at": datetime(2027, 3, 5, tzinfo=UTC)}
    with translation.override("prs"):
        page = render_to_string("notice/_told.html", {"told": told})
    assert "Child Line 1098" in page
    assert "۲۰۲۷" in page
