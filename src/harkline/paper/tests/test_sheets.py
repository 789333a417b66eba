"""Sheets as somebody reads, copies and scans them."""

import re
from dataclasses import replace

import pytest

from harkline.notice.door import Address, Hours
from harkline.paper import numbers, order, typeset, words
from harkline.paper.order import Guise, Order, Sheet
from harkline.paper.tests import reading

pytestmark = [pytest.mark.django_db, *reading.NEEDS]
LANGUAGES = ("en", "ps", "prs", "ar", "fr", "uk", "fa")
# The zero-width non-joiner is drawn and not copied; of a hyphen at the end of a line pdftotext makes none.
NO_SEAM = str.maketrans("", "", "\u200c-")


def made(notice, sheet=Sheet.POSTER, languages=("en",), **more):
    wanted = Order(sheet, languages, [order.key(one) for one in notice.addresses], **more)
    return typeset.pdf(sheet, order.data(wanted, notice))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_poster_is_copied_word_for_word_in_reading_order(notice, language):
    pdf = made(notice, languages=(language,))
    copied = reading.text(pdf).translate(NO_SEAM)
    said = words.of(language)
    for key in ("text", "any_hour", "no_name", "cannot_speak", "traces", "call", "open_page"):
        assert said[key].translate(NO_SEAM) in copied, key
    for value in (
        "+44 207 946 0123",
        "+44 163 296 0456",
        "help@line.example",
        "line.example",
        "otter maple comet linen amber",
    ):
        assert value in copied
    told = reading.facts(pdf)
    assert (told["Pages"], told["Tagged"], told["Title"]) == ("1", "yes", said["title"])
    assert re.match(r"59\d.* x 84\d.* pts \(A4\)", told["Page size"])


def test_every_sheet_in_every_language_is_a_page_each(notice):
    for sheet in Sheet.values:
        assert reading.facts(made(notice, sheet, LANGUAGES))["Pages"] == str(len(LANGUAGES)), sheet


def test_hours_stand_below_their_number_and_nothing_promises_more(notice):
    evening = Address("phone", "+442079460188", hours=(Hours(("Mo", "Tu"), "18:00", "21:00"),))
    notice = replace(notice, addresses=(*notice.addresses, evening))
    for sheet in Sheet.values:
        copied = reading.text(made(notice, sheet))
        assert ("18:00–21:00" in copied) == (sheet in (Sheet.POSTER, Sheet.TEAR_OFF)), (
            sheet
        )  # the others carry two numbers
        assert words.of("en")["any_hour"] not in copied
    alone = replace(notice, addresses=(evening,))
    for sheet in Sheet.values:
        assert "18:00–21:00" in reading.text(made(alone, sheet, guise=Guise.NUMBER)), sheet
    assert words.of("ps")["any_hour"] not in reading.text(made(alone, languages=("ps",)))


def test_a3_is_the_same_poster_larger(notice):
    assert reading.facts(made(notice, size="a3"))["Page size"].endswith("(A3)")


def test_symbols_lead_where_the_sheet_says(notice):
    assert reading.symbols(made(notice, languages=("ps",))) == ["https://line.example/ps/", "tel:+442079460123"]


def test_ten_cards_and_ten_strips(notice):
    assert reading.text(made(notice, Sheet.WALLET)).count("+44 207 946 0123") == 10
    assert reading.text(made(notice, Sheet.TEAR_OFF)).count("+44 207 946 0123") == 11


def test_a_leaflet_in_pictures_has_numbers_and_no_sentence(notice):
    pdf = made(notice, Sheet.PICTURE, ("prs",))
    assert re.fullmatch(r"(\S+ )?\+44 207 946 0123 \+44 163 296 0456 evenings", reading.text(pdf))
    assert reading.symbols(pdf) == ["https://line.example/prs/", "tel:+442079460123"]


@pytest.mark.parametrize(
    ("sheet", "guise"), list(zip(Sheet.values, (Guise.REPAIR, Guise.OWN, Guise.LESSONS, Guise.NUMBER), strict=True))
)
def test_a_neutral_sheet_says_neither_whose_nor_what_for(notice, sheet, guise):
    words.keep("en", neutral=True, heading="Bicycles", text="Bought and sold.")
    words.keep("en", neutral=False, heading="Cedar Line for people in need", text="We help.")
    wanted = Order(sheet, ("en",), [order.key(one) for one in notice.addresses], guise=guise)
    pdf = typeset.pdf(sheet, order.data(wanted, notice))
    copied = reading.text(pdf) + str(reading.facts(pdf)) + wanted.filename
    for tells in (
        "Cedar",
        "line.example",
        "help@",
        "otter",
        "1234 5678",
        "evenings",
        "press 9",
        "need",
        "Pashto",
        "پښتو",
    ):
        assert tells not in copied
    assert "+44 207 946 0123" in copied
    assert reading.symbols(pdf)[0] == "tel:+442079460123"


def test_words_are_data_and_never_a_command_to_the_typesetter(notice):
    words.keep("en", neutral=False, heading='#panic("x") *bold* $x$ \\ <a>', text='#read("base.typ") // gone?')
    copied = reading.text(made(notice))
    assert '#panic("x") *bold* $x$ \\ <a>' in copied
    assert '#read("base.typ") // gone?' in copied


def test_vowel_marks_are_left_out_because_readers_copy_them_in_the_wrong_place(notice):
    words.keep("ar", neutral=False, heading="خَطٌّ مجانًا", text="لا يُطلب منك اسمك، إن شاء الله.")
    copied = reading.text(made(notice, languages=("ar",)))
    assert "خط مجانا" in copied
    assert "لا يطلب منك اسمك، إن شاء الله." in copied


def test_a_name_as_long_as_a_name_can_be_still_fits(notice):
    words.keep("en", neutral=False, heading="Word " * 16, text="word " * 60)
    words.keep("ar", neutral=False, heading="س " * 40, text="ص " * 150)
    for sheet in Sheet.values:
        assert reading.facts(made(notice, sheet, ("en", "ar")))["Pages"] == "2", sheet


def test_without_its_fonts_it_says_how_to_get_them(notice, tmp_path):
    typeset.use(tmp_path)
    with pytest.raises(typeset.NotMade, match="apt-get install fonts-noto-core"):
        made(notice)


def test_every_language_has_every_text():
    keys = set(words.of("en"))
    assert {code: set(words.of(code)) ^ keys for code in LANGUAGES} == {code: set() for code in LANGUAGES}
    assert not words.draft("en")
    assert all(words.draft(code) for code in LANGUAGES[1:])


@pytest.mark.parametrize(
    ("number", "read"),
    [
        ("+442079460123", "+44 207 946 0123"),
        ("+12025550123", "+1 202 555 0123"),
        ("+93700555012", "+93 70 055 5012"),
        ("+380441234567", "+380 44 123 4567"),
        ("1455", "1455"),
    ],
)
def test_numbers_are_grouped_for_the_eye(number, read):
    assert numbers.grouped(number) == read
