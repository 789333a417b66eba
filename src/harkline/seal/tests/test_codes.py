"""People copy codes badly; a code that is nearly right still finds the thread, and one that is wrong finds nothing."""

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harkline.seal import codes, envelope

CODE = "ABOI234567QRSBTU"
HOST = bytes(range(32))


@pytest.mark.parametrize(
    "typed",
    [
        "ABOI 2345 67QR SBTU",
        "aboi-2345-67qr-sbtu",
        " ab01.2345/67qr s8tu\n",
        "ＡＢＯＩ２３４５６７ＱＲＳＢＴＵ",
        "aboi ۲۳۴۵ ۶۷qr sbtu",
        "aboi ٢٣٤٥ ٦٧qr sbtu",
        "«ABOI–2345–67QR–SBTU»",
    ],
)
def test_a_return_code_is_read_however_it_was_typed(typed):
    assert codes.normalise(typed) == CODE


@pytest.mark.parametrize("typed", ["", "ABOI", CODE + "A", CODE[:-1] + "9", CODE[:-1] + "é", "ß" * 16, "\0" * 16])
def test_what_is_no_return_code_is_none(typed):
    assert codes.normalise(typed) is None


@given(st.text(max_size=40))
def test_any_text_at_all_is_read_without_harm(typed):
    code = codes.normalise(typed)
    assert code is None or codes.normalise(code) == code
    assert codes.normalise_phone(typed) is None or len(codes.normalise_phone(typed)) == 12


def test_codes_are_shown_in_fours_and_read_back():
    code = codes.generate()
    assert len(code) == 16
    assert codes.normalise(codes.shown(code)) == code
    assert len({codes.generate() for _ in range(500)}) == 500


def test_a_code_derives_the_same_lookup_and_key_each_time_and_they_are_unlike():
    private, public = codes.caller_key(CODE)
    assert codes.lookup(CODE) == codes.lookup(CODE) != private
    assert (private, public) == codes.caller_key(CODE)
    wrap = envelope.wrap(b"k" * 32, public, b"x")
    assert envelope.unwrap(wrap, private, b"x") == b"k" * 32
    assert codes.lookup(CODE) != codes.lookup(codes.generate())


def test_a_phone_code_with_a_wrong_digit_or_two_swapped_is_refused():
    for _ in range(20):
        code = codes.phone_code()
        assert codes.normalise_phone(f"{code[:4]} {code[4:8]}-{code[8:]}") == code
        for i in range(12):
            for digit in set("0123456789") - {code[i]}:
                assert codes.normalise_phone(code[:i] + digit + code[i + 1 :]) is None
        for i in range(11):
            swapped = code[:i] + code[i + 1] + code[i] + code[i + 2 :]
            assert swapped == code or codes.normalise_phone(swapped) is None


def test_a_reply_token_leads_to_its_thread_in_any_case():
    handle = secrets.token_bytes(5)
    token = codes.reply_token(HOST, handle)
    assert len(token) == 16
    assert codes.reply_handle(HOST, token.upper()) == codes.reply_handle(HOST, token) == handle


@given(st.text(max_size=20) | st.text("abcdefghijklmnopqrstuvwxyz234567", min_size=16, max_size=16))
def test_a_guessed_reply_token_leads_nowhere(token):
    assert codes.reply_handle(HOST, token) is None


def test_a_token_altered_or_of_another_host_leads_nowhere():
    token = codes.reply_token(HOST, b"12345")
    for i in range(16):
        other = "a" if token[i] != "a" else "b"
        assert codes.reply_handle(HOST, token[:i] + other + token[i + 1 :]) is None
    assert codes.reply_handle(bytes(32), token) is None
