"""The public side of the notice: the list, the question, the files for programs."""

import json
from datetime import UTC, datetime
from xml.etree import ElementTree

import fastjsonschema
import pytest
from django.test import Client
from django.utils.html import escape

from harkline.line import radio, this
from harkline.line.models import Address
from harkline.notice import ld, publish, wellknown
from harkline_verify.notice import Address as Listed
from harkline_verify.notice import Hours, Signed

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def page(signing) -> Client:
    this.add_address("phone", "+441632960001", "at night", "fa")
    publish.sign(None)
    return Client()


def asked(client: Client, typed: str) -> str:
    return client.post("/genuine", {"asked": typed}).content.decode()


def test_the_list_is_there_in_each_language(page):
    text = page.get("/notice").content.decode()
    row = publish.newest()
    for said in ("+442079460123", "+441632960001", "line@harkline.example", row.check_words, row.check_number):
        assert said in text
    assert '<html lang="fa" dir="rtl">' in page.get("/fa/notice").content.decode()
    assert page.get("/notice")["X-Robots-Tag"].startswith("index")


def test_what_is_read_has_the_digits_of_the_language_and_what_is_dialled_has_not(page):
    text = page.get("/fa/notice").content.decode()
    year, row = publish.newest().issued_at.year, publish.newest()
    said = next(one for one in text.splitlines() if 'class="soft"' in one and chr(0x6F0 + year % 10) in one)
    assert not set("0123456789") & set(said.partition('class="soft">')[2])
    for kept in ("+442079460123", "+441632960001", row.check_number):
        assert kept in text
    assert str(year) in page.get("/notice").content.decode()


def test_before_the_first_version_the_list_says_so(signing):
    assert "No list has been signed yet" in Client().get("/notice").content.decode()
    for path in ("harkline-notice", "harkline-notice.json", "security.txt"):
        assert Client().get(f"/.well-known/{path}").status_code == 404


@pytest.mark.parametrize(
    "typed",
    [
        "+44 20 7946 0123",
        "0044 20 7946 0123",
        "٠٠٤٤٢٠٧٩٤٦٠١٢٣",
        "LINE@harkline.example",
        "https://line.example/fa/write",
    ],
)
def test_what_is_ours_is_genuine(page, typed):
    assert "Yes. It is ours." in asked(page, typed)


@pytest.mark.parametrize(
    "typed", ["+442079460124", "line@harkline.example.evil.example", "https://line.example@evil.example/", "<b>"]
)
def test_what_is_not_ours_is_not_and_is_shown_as_it_was_typed(page, typed):
    text = asked(page, typed)
    assert "No. It is not one of ours." in text
    assert escape(typed) in text


def test_an_empty_question_is_told_what_to_do(page):
    answer = page.post("/genuine", {"asked": " \u200f "})
    assert answer.status_code == 422
    assert "Type or paste a number" in answer.content.decode()


def test_nothing_that_was_asked_stands_in_an_address(page):
    assert "Yes." not in page.get("/genuine?asked=%2B442079460123").content.decode()
    text = page.get("/genuine").content.decode()
    assert '<form method="post" action="/genuine"' in text


def test_a_number_that_was_added_or_taken_away_since_is_told_apart(page):
    this.add_address("phone", "+441632960002")
    assert "not in the signed list yet" in asked(page, "+441632960002")
    this.remove_address(Address.objects.get(value="+441632960001").pk)
    assert "ours no more" in asked(page, "+441632960001")


def test_the_json_is_as_its_schema_says_and_says_what_was_signed(page):
    found = page.get("/.well-known/harkline-notice.json")
    assert found["Access-Control-Allow-Origin"] == "*"
    fastjsonschema.compile(json.loads(page.get("/notice/schema.json").content))(found.json())
    signed = Signed.parse(page.get("/.well-known/harkline-notice").content)
    assert json.loads(signed.text) == found.json()["notice"]
    assert found.json()["digest"] == signed.digest
    wrong = found.json() | {"notice": found.json()["notice"] | {"serial": 0}}
    with pytest.raises(fastjsonschema.JsonSchemaValueException):
        fastjsonschema.compile(json.loads(wellknown.schema_text()))(wrong)


def test_the_feed_tells_what_each_version_changed(page, clock):
    clock.forward(days=1)
    this.remove_address(Address.objects.get(value="+441632960001").pk)
    publish.sign(None)
    publish.revoke(None, 1, "")
    found = ElementTree.fromstring(page.get("/notice.atom").content)
    entries = found.findall(f"{ATOM}entry")
    assert [one.findtext(f"{ATOM}title") for one in entries] == ["Version 3", "Version 2", "Version 1"]
    assert "No longer ours: +441632960001." in entries[1].findtext(f"{ATOM}summary")
    assert "revoked" in entries[2].findtext(f"{ATOM}summary")
    assert len({one.findtext(f"{ATOM}id") for one in entries}) == 3


def test_the_sitemap_names_each_page_in_each_language(page):
    found = ElementTree.fromstring(page.get("/sitemap.xml").content)
    spot = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    places = [one.text for one in found.iter(f"{spot}loc")]
    assert "https://line.example/fa/genuine" in places
    assert len(places) == 6
    for place in places:
        assert page.get(place.removeprefix("https://line.example")).status_code == 200
    assert "Sitemap: https://line.example/sitemap.xml" in page.get("/robots.txt").content.decode()


def test_security_txt_ends_with_the_notice(page):
    fields = dict(line.split(": ", 1) for line in page.get("/.well-known/security.txt").content.decode().splitlines())
    assert fields["Contact"] == "mailto:line@harkline.example"
    assert fields["Expires"] == f"{publish.newest().until:%Y-%m-%dT%H:%M:%SZ}"
    assert fields["Canonical"] == "https://line.example/.well-known/security.txt"
    assert datetime.fromisoformat(fields["Expires"]) > datetime(2026, 6, 1, tzinfo=UTC)


# --- JSON-LD, against what schema.org says of the types -----------------------------------------------------------------------------

# Properties of each type that are used here, with what may stand there: https://schema.org/ContactPoint and the others.
TEXT, URL, DAY, TIME = str, "url", "day", "time"
TYPES = {
    "Organization": {"name": TEXT, "url": URL, "contactPoint": "ContactPoint"},
    "ContactPoint": {
        "name": TEXT,
        "contactType": TEXT,
        "telephone": TEXT,
        "email": TEXT,
        "url": URL,
        "availableLanguage": TEXT,
        "hoursAvailable": "OpeningHoursSpecification",
    },
    "OpeningHoursSpecification": {"dayOfWeek": DAY, "opens": TIME, "closes": TIME},
}
DAYS = {f"https://schema.org/{day}day" for day in ("Mon", "Tues", "Wednes", "Thurs", "Fri", "Satur", "Sun")}


def holds(value: object, expected: object) -> None:
    if isinstance(value, list):
        assert value
        for one in value:
            holds(one, expected)
    elif isinstance(expected, str) and expected in TYPES:
        assert value.pop("@type") == expected
        for name, inner in value.items():
            holds(inner, TYPES[expected][name])
    elif expected == URL:
        assert value.startswith(("https://", "http://"))
    elif expected == DAY:
        assert value in DAYS
    elif expected == TIME:
        datetime.strptime(value, "%H:%M")
    else:
        assert isinstance(value, str)
        assert value


def block(text: str) -> str:
    return text.partition('<script type="application/ld+json">')[2].partition("</script>")[0]


@pytest.mark.parametrize("place", ["/", "/notice"])
def test_search_engines_read_the_numbers_and_the_hours(page, place):
    found = json.loads(block(page.get(place).content.decode()))
    assert found.pop("@context") == "https://schema.org"
    numbers = {one.get("telephone") for one in found["contactPoint"]}
    assert {"+442079460123", "+441632960001"} <= numbers
    [span] = found["contactPoint"][0]["hoursAvailable"]
    assert (span["opens"], span["closes"], len(span["dayOfWeek"])) == ("00:00", "23:59", 7)
    holds(found, "Organization")


def test_a_name_cannot_end_the_block(page):
    this.rename("</script><b>")
    publish.sign(None)
    assert json.loads(block(page.get("/notice").content.decode()))["name"] == "</script><b>"


def test_hours_of_an_address_are_its_own():
    net = Listed("phone", "+441632960001", hours=(Hours(("Mo", "Fr"), "18:00", "19:00"),))
    found = ld.organization("x", "", ["en"], [net, Listed("radio", "M7HRK")])
    [point] = found["contactPoint"]
    assert point["hoursAvailable"][0]["dayOfWeek"] == ["https://schema.org/Monday", "https://schema.org/Friday"]
    holds(point, "ContactPoint")


def test_the_list_says_that_radio_by_data_is_public(page):
    radio.add_station("X0LINE-1", 144_800_000, "amateur", data=True)
    publish.sign(None)
    assert page.get("/notice").content.decode().count("anybody in the world can read") == 1
