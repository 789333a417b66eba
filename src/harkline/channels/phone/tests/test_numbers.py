"""What the network says of a caller, and what they dialled."""

import pytest

from harkline.channels.phone import numbers


@pytest.mark.parametrize(
    ("sender", "privacy", "expected"),
    [
        ('"A" <sip:+441632960123@198.51.100.1>;tag=1', "", "allowed"),
        ("<sip:+441632960123@198.51.100.1>", "id", "restricted"),
        ("<sip:+441632960123@198.51.100.1>", "user;critical", "restricted"),
        ("<sip:+441632960123@198.51.100.1>", "none", "allowed"),
        ('"Anonymous" <sip:anonymous@anonymous.invalid>;tag=1', "", "restricted"),
        ("<sip:+441632960123@anonymous.invalid>", "", "restricted"),
        ("<sip:unavailable@unknown.invalid>", "", "unavailable"),
        ("<sip:198.51.100.1>", "", "allowed"),
        ("", "", "unavailable"),
    ],
)
def test_a_withheld_number_stays_withheld(sender: str, privacy: str, expected: str) -> None:
    assert numbers.presentation(sender, privacy) == expected


@pytest.mark.parametrize("dialled", ["+442079460100", "442079460100", "00442079460100", "+44 20 7946 0100"])
def test_the_dialled_number_selects_the_address_however_the_network_writes_it(dialled: str) -> None:
    assert numbers.chosen(dialled, {}, ["+442079460100", "+442079460101"]) == "+442079460100"


def test_a_trunk_may_have_its_own_name_for_a_number() -> None:
    assert numbers.chosen("acc77", {"acc77": "+442079460101"}, ["+442079460100", "+442079460101"]) == "+442079460101"


def test_a_number_that_is_not_ours_selects_nothing() -> None:
    assert numbers.chosen("+442079460555", {}, ["+442079460100"]) == ""


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("<sip:+4420@h;user=phone>;tag=2", "+4420"),
        ("tel:+4420;phone-context=x", "+4420"),
        ("<sip:a:secret@h>", "a"),
        ("x", ""),
    ],
)
def test_the_user_part_is_found(header: str, expected: str) -> None:
    assert numbers.user(header) == expected
