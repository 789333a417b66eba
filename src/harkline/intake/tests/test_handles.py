"""One spelling for a number, however the network writes it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harkline.intake.handles import e164, mail, normal


@pytest.mark.parametrize(
    "written",
    [
        "+442079460123",
        "+44 20 7946 0123",
        "+44 (0)20 7946-0123",
        "00442079460123",
        "02079460123",
        "(020) 7946 0123",
        "442079460123",
        "2079460123",
        "\u202a020 7946\u20110123"[1:],
        "+４４2079460123",
    ],
)
def test_a_number_of_the_line_s_country_has_one_spelling(written):
    assert e164(written, "44") == "+442079460123"


def test_a_number_from_abroad_stays_what_it_is():
    assert e164("+12125550123", "44") == "+12125550123"
    assert e164("0012125550123", "44") == "+12125550123"
    assert e164("2125550123", "1") == e164("12125550123", "1") == "+12125550123"


@pytest.mark.parametrize(
    "written", ["", "anonymous", "restricted", "204", "+44", "+0442079460123", "+4420794601234567", "robin"]
)
def test_what_is_no_number_has_no_spelling(written):
    assert e164(written, "44") is None


@given(st.text(max_size=40), st.sampled_from(["", "1", "44", "380"]))
def test_whatever_comes_is_a_number_or_nothing_and_stays_so(text, country):
    found = e164(text, country)
    assert found is None or (found[1:].isdigit() and e164(found, country) == found)


def test_a_mail_address_has_one_spelling():
    assert mail(" Robin+News@Mail.Example ") == mail("robin@mail.example") == "robin@mail.example"
    assert mail("no address") is None
    assert normal("web", "robin@mail.example") is None
