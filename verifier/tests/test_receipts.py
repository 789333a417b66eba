"""Receipts: every slip of one digit or of two neighbours is found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harkline_verify import receipts


def test_damms_own_example():
    assert receipts.check_digit("572") == "4"


@given(st.integers(0, 9999), st.integers(0, 8), st.integers(1, 9))
def test_one_slip_is_always_found(first, at, by):
    code = receipts.make(f"{first:04}", ())
    assert receipts.is_code(code)
    wrong = code[:at] + str((int(code[at]) + by) % 10) + code[at + 1 :]
    assert not receipts.is_code(wrong)
    swapped = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
    assert swapped == code or not receipts.is_code(swapped)


def test_the_caller_chooses_the_first_four_digits_and_no_code_comes_twice():
    taken = set()
    for _time in range(200):
        taken.add(receipts.make("0420", taken))
    assert len(taken) == 200
    assert all(code.startswith("0420") for code in taken)
    for chosen in ("12", "12345", "abcd", "１２３４"):
        with pytest.raises(ValueError, match="four digits"):
            receipts.make(chosen, ())


def test_when_every_code_is_taken_it_says_so():
    class Everything:
        def __contains__(self, _code):
            return True

    with pytest.raises(LookupError):
        receipts.make("1234", Everything())


def test_what_people_type_is_read_and_slips_are_told():
    code = receipts.make("1234", ())
    assert receipts.read(f" {receipts.spoken(code)} ") == code
    assert receipts.read("-".join(code)) == code
    with pytest.raises(ValueError, match="ten digits"):
        receipts.read("1234")
    with pytest.raises(ValueError, match="swapped"):
        receipts.read(code[:-1] + str((int(code[-1]) + 1) % 10))
