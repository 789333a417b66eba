"""Is this number genuine? However it is written; and nothing that only looks like it."""

import pytest

from harkline_verify import asked
from harkline_verify.notice import Address

ONION = "a" * 55 + "d.onion"
OURS = [
    Address("page", "https://line.example/"),
    Address("page", "https://line.example/help"),
    Address("phone", "+442079460123"),
    Address("phone", "+15555550123"),
    Address("phone", "116123"),
    Address("email", "line@line.example"),
    Address("onion", ONION),
    Address("radio", "X0LINE", frequency="145.500 MHz FM"),
]


def found(text: str) -> str | None:
    answer = asked.match(text, OURS)
    return answer.address.value if answer else None


@pytest.mark.parametrize(
    "text",
    [
        "+442079460123",
        "+44 20 7946 0123",
        "0044 20 7946 0123",
        "011 44 20 7946 0123",
        "+44 (0)20 7946 0123",
        "(+44) 20-7946-0123",
        "tel:+44-20-7946-0123",
        "۰۰۴۴ ۲۰ ۷۹۴۶ ۰۱۲۳",
        "٠٠٤٤ ٢٠ ٧٩٤٦ ٠١٢٣",
        "+٤٤ ۲0 ७९४६ 0123",
        "\u202a+44 20 7946 0123\u202c",
        "＋４４ ２０ ７９４６ ０１２３",
        " +44\u00a020\u20117946\u20110123 ",
        "020 7946 0123",
        "20 7946 0123",
    ],
)
def test_a_number_is_the_same_however_it_is_written(text):
    assert found(text) == "+442079460123"


def test_a_number_without_its_country_is_told_apart():
    assert asked.match("020 7946 0123", OURS).exact is False
    assert asked.match("+44 20 7946 0123", OURS).exact is True
    assert found("116 123") == "116123"
    assert found("0123") is None  # far too short to mean anything


@pytest.mark.parametrize(
    "text",
    [
        "+442079460124",
        "+4420794601233",
        "+44207946012",
        "+33442079460123",
        "+7946012300",
        "",
        "  ",
        "\u200f",
        "+",
        "00",
    ],
)
def test_another_number_is_none(text):
    assert found(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "line@line.example",
        "LINE@Line.Example",
        "mailto:line@line.example?subject=x",
        "The Line <line@line.example>",
        "line\u200b@line.example",
    ],
)
def test_a_mail_address_is_the_same_in_any_case(text):
    assert found(text) == "line@line.example"


@pytest.mark.parametrize(
    "text",
    ["line@line.example.evil.example", "line@1ine.example", "x.line@line.example", "<line@line.example>@evil.example"],
)
def test_another_mail_address_is_none(text):
    assert found(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "https://line.example/",
        "line.example",
        "HTTPS://LINE.EXAMPLE",
        "https://line.example/fa/write",
        "https://line.example:443/",
        "line.example.",
        "http://line.example/?x=1#y",
    ],
)
def test_a_page_is_known_by_its_host(text):
    assert found(text) == "https://line.example/"


@pytest.mark.parametrize(
    "text",
    [
        "https://line.example@evil.example/",
        "https://evil.example\\@line.example/",
        "https://evil.example/line.example",
        "https://line.example.evil.example/",
        "https://lіne.example/",  # a Cyrillic letter
        "https://line.example:8443/",
        "javascript://line.example/%0aalert(1)",
        "https://evil.example/?https://line.example/",
        "https://line.example evil.example",
        "https://[::1",
    ],
)
def test_a_page_that_only_looks_like_it_is_none(text):
    assert found(text) is None


def test_an_onion_address_is_known_in_any_form():
    for text in (ONION, f"http://{ONION}/fa/write", ONION.upper(), f"www.{ONION}"):
        assert found(text) == ONION
    assert found(f"http://{ONION}.evil.example/") is None
    assert found(f"http://evil.example/{ONION}") is None
    assert found("b" + ONION[1:]) is None


def test_a_call_sign_is_known_alone_and_on_its_frequency():
    for text in (
        "x0line",
        "X0 LINE",
        "X0LINE 145.500",
        "x0line 145,5 MHz",
        "X0LINE 145500 kHz",
        "X0LINE 145.500 MHz FM",
    ):
        assert found(text) == "X0LINE", text
    for text in ("X0LINE 145.525 MHz", "X0LIME", "X0LINE-7"):
        assert found(text) is None, text


def test_what_is_far_too_long_is_none_and_costs_nothing():
    assert found("1" * 10**6) is None
    assert found("https://" + "a." * 10**5 + "example") is None
