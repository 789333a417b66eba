"""Simulated visitors read a page as a browser without script does."""

import pytest

from harkline.demo import web

PAGE = """
<a href="/write">Write</a> <a href="code">Code</a>
<form action="/language"><select name="language"><option value="en">English<option value="fa" selected>Persian</select></form>
<form method="post" action="/write"><input type="hidden" name="token" value="a&amp;b">
<textarea name="text"></textarea><input name="place"><input type="file" name="files"><input type="submit" name="go">
<input type="radio" name="how" value="one"><input type="radio" name="how" value="two" checked>
<input type="checkbox" name="often" value="yes"><input name="gone" disabled></form>
"""


def test_forms_and_links_are_found_with_what_they_would_send():
    page = web.read("http://localhost:8000/x/", PAGE)
    assert page.links == ["http://localhost:8000/write", "http://localhost:8000/x/code"]
    language, form = page.forms
    assert (language.method, language.fields) == ("get", {"language": "fa"})
    assert language.choices == {"language": ["en", "fa"]}
    assert (form.action, form.method) == ("/write", "post")
    assert form.fields == {"token": "a&b", "how": "two"}
    assert form.free == {"text": "textarea", "place": "text"}
    assert web.form_with(page, "textarea") is form
    with pytest.raises(LookupError):
        web.form_with(page, "password")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("<b>ABCD EFGH IJKL 2345</b>", "ABCDEFGHIJKL2345"),
        ("<span>ABCD</span>\n<span>EFGH</span> <span>IJKL</span><span>2345</span>", "ABCDEFGHIJKL2345"),
        ("ABCD-EFGH-IJKL-234", ""),
        ("no code", ""),
    ],
)
def test_the_return_code_is_found_however_its_groups_are_set(text, code):
    assert web.code_in(web.read("http://localhost/", text)) == code


def test_answers_are_told_from_ones_own_words():
    page = web.read("http://localhost/", '<li class="said mine">x</li><li class="said">y</li>')
    assert web.answers(page) == 1
