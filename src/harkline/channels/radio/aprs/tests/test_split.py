"""A reply in messages that fit, and what may be said in it."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import harkline
from harkline.channels.radio.aprs import airtime, plain, wire
from harkline.channels.radio.aprs.split import TooLong, split

WORDS = st.lists(
    st.text(st.characters(exclude_categories=["Cs", "C", "Z"], exclude_characters="|~{"), min_size=1, max_size=90)
)
NODE = shutil.which("node")
MODULE = Path(harkline.__file__).parent / "console" / "static" / "console" / "on_air.js"


@given(WORDS.filter(bool), st.integers(1, 9))
def test_every_message_fits_and_nothing_is_lost(words, most):
    text = " ".join(words)
    if needed(text) > most:
        with pytest.raises(TooLong):
            split(text, most)
        return
    pieces = split(text, most)
    assert len(pieces) <= most
    assert all(wire.fits(one) for one in pieces)
    told = [one.partition(" ")[2] for one in pieces] if len(pieces) > 1 else pieces
    assert "".join(told).replace(" ", "") == text.replace(" ", "")
    assert len(pieces) == 1 or [one.split(" ")[0] for one in pieces] == [
        f"{n}/{len(pieces)}" for n in range(1, len(pieces) + 1)
    ]


def test_it_is_cut_between_words():
    text = "Go to the north gate of the market at nine and ask for Robin at the tea house"
    assert split(text, 4) == [
        "1/2 Go to the north gate of the market at nine and ask for Robin at",
        "2/2 the tea house",
    ]


@pytest.mark.skipif(NODE is None, reason="needs node 20 or newer (Debian: apt-get install nodejs)")
def test_the_browser_counts_as_the_server_cuts():
    texts = [
        "short",
        "x" * 67,
        "x" * 68,
        "x " * 100,
        "ق" * 34,
        "سلام " * 40,
        "🙂" * 50,
        "a" * 200 + " b",
        "one  two\n three " * 9,
    ]
    script = f"import {{ messages }} from {json.dumps(MODULE.as_uri())}; console.log(JSON.stringify({json.dumps(texts)}.map((one) => messages(one, 67))));"
    ran = subprocess.run([NODE, "--input-type=module", "-e", script], capture_output=True, text=True, check=True)
    assert json.loads(ran.stdout) == [needed(text) for text in texts]


def needed(text):
    try:
        return len(split(text, 9))
    except TooLong as why:
        return why.needed


@pytest.mark.parametrize(
    "text",
    [
        "QKXJD PLMWT ZRBVN KJHGF",
        "4F2A 91BC 77D0 E3A8",
        "hQEMA1uvQ9xTzX8LAQf8Dk3",
        "-----BEGIN PGP MESSAGE-----",
        "deadbeef00112233cafe",
        "KQ7X-2MVD-RR4T-PZ3C",
    ],
)
def test_what_looks_like_a_cipher_is_seen(text):
    assert plain.hidden(text)
    assert plain.hidden(f"Please note {text} and go")


@pytest.mark.parametrize(
    "text",
    [
        "We have your message. Somebody meets you at the bridge at 18:00.",
        "COME HERE WITH THEM WHEN SAFE",
        "with them must walk long past dark",
        "at 1800 1900 2000 2100 hours",
        "Ring +442079460123 or 02079460123 when you can",
        "See https://line.example/write?x=Ab3dE5fG7hI9kL1mN3 for more",
        "Write to somebody.else-2026@organisation.example",
        "Incomprehensibilities notwithstanding, responsibilities stay",
        "Grid JN58TD, 48.1351N 11.5820E, road A95 km 12",
        "پیام شما رسید. ساعت هشت کنار پل باشید",
        "Ваше повідомлення отримано",
        "X0ABC-7 de X0LINE-1 QSL 73",
        "The next date dddd: some code here went back",
    ],
)
def test_plain_words_are_none(text):
    assert not plain.hidden(text)


def test_codes_are_found_however_they_are_written():
    assert "KQ7X2MVDRR4TPZ3C" in set(plain.candidates("your code is KQ7X 2MVD RR4T PZ3C, keep it"))
    assert "kq7x2mvdrr4tpz3c" in set(plain.candidates("kq7x-2mvd-rr4t-pz3c"))
    assert "123456789012" in set(plain.candidates("say 123-456-789-012"))
    assert not set(plain.candidates("Ring 02079460123"))


@given(st.binary(max_size=330), st.sampled_from([300, 1200, 9600]), st.integers(10, 2000))
def test_what_is_reckoned_is_at_least_what_is_sent(frame, baud, delay):
    bits = (len(frame) + 2) * 8 + 16
    assert airtime.milliseconds(frame, baud, delay) >= delay + bits * 1000 / baud


def test_ten_percent_of_an_hour():
    assert airtime.allowed(10) == 6 * 60 * 1000
