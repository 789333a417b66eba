"""Shares of a secret: any three of five give it back, and a page that was mistyped is found out and told where."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harkline.seal import shamir
from harkline.seal import share as shares
from harkline.seal.envelope import VERSION, generate, public_of
from harkline.seal.share import COUNT, SECRET, THRESHOLD, WORDS, Share, Unreadable

SECRETS = st.binary(min_size=SECRET, max_size=SECRET)
PAGES = st.builds(
    Share, kit=st.binary(min_size=4, max_size=4), index=st.integers(1, COUNT), data=st.binary(min_size=32, max_size=32)
)


@given(SECRETS)
@settings(max_examples=25)
def test_any_three_of_five_give_the_secret_back(secret):
    made = shamir.split(secret, THRESHOLD, COUNT)
    for chosen in combinations(made, THRESHOLD):
        assert shamir.join({index: made[index] for index in chosen}) == secret
    assert shamir.join(made) == secret


@given(st.binary(min_size=1, max_size=40), st.integers(2, 6), st.integers(0, 4))
def test_other_numbers_of_shares_do_too(secret, threshold, more):
    made = shamir.split(secret, threshold, threshold + more)
    assert shamir.join(dict(list(made.items())[more:])) == secret


def test_two_of_three_say_nothing_about_the_secret():
    """For the two shares that somebody has, each secret is exactly one third share: none is likelier than another."""
    made = shamir.split(b"\x00", 3, 5)
    two = {index: made[index] for index in (1, 2)}
    assert {shamir.join({**two, 3: bytes([third])}) for third in range(256)} == {bytes([one]) for one in range(256)}


def test_the_field_is_the_one_of_the_standard():
    assert shamir.multiply(0x57, 0x83) == 0xC1  # FIPS 197, section 4.2
    for value in range(1, 256):
        assert shamir.multiply(value, shamir._inverse(value)) == 1


@pytest.mark.parametrize("numbers", [(1, 5), (4, 3), (3, 256)])
def test_shares_that_cannot_be_are_refused(numbers):
    with pytest.raises(ValueError, match="threshold"):
        shamir.split(b"secret", *numbers)
    for wrong in ({1: b"a"}, {1: b"a", 2: b"ab"}, {0: b"a", 1: b"b"}, {}):
        with pytest.raises(ValueError, match="two shares"):
            shamir.join(wrong)


def test_words_are_the_proquints_of_the_paper():
    # 127.0.0.1 and 63.84.220.193, the first examples of arXiv:0901.4016.
    assert shares.name_of(bytes([127, 0, 0, 1])) == "lusab-babad"
    assert shares.name_of(bytes([63, 84, 220, 193])) == "gutih-tugad"
    assert shares.kit_of("lusab-babad") == bytes([127, 0, 0, 1])


@given(PAGES)
def test_a_page_is_read_back_however_it_is_typed(page):
    said = shares.words(page)
    assert len(said) == WORDS
    numbered = "\n".join(f"{number:2}. {word.upper()}" for number, word in enumerate(said, 1))
    for typed in (" ".join(said), numbered, "-".join(said), " \t" + ",  ".join(said) + "\n"):
        assert shares.read(typed) == page


@given(PAGES, st.integers(0, WORDS - 1), st.integers(1, 65535))
def test_any_one_wrong_word_is_found_and_told(page, place, change):
    said = shares.words(page)
    typed = said.copy()
    typed[place] = shares._word(shares._number(said[place]) ^ change)
    with pytest.raises(Unreadable) as told:
        shares.read(" ".join(typed))
    assert (told.value.why, told.value.place, told.value.right) == ("one", place + 1, said[place])


@given(PAGES, st.lists(st.integers(0, WORDS - 1), min_size=2, max_size=2, unique=True), st.integers(1, 65535))
def test_two_wrong_words_are_noticed_and_none_is_blamed(page, places, change):
    said = shares.words(page)
    for place in places:
        said[place] = shares._word(shares._number(said[place]) ^ change)
    with pytest.raises(Unreadable) as told:
        shares.read(" ".join(said))
    assert (told.value.why, told.value.place) == ("several", 0)


@given(PAGES, st.integers(0, WORDS - 1), st.sampled_from(["lamp", "lusac", "éclair", "x", "بله"]))
def test_a_word_that_no_page_has_is_told_with_the_right_one(page, place, strange):
    said = shares.words(page)
    typed = [*said[:place], strange, *said[place + 1 :]]
    with pytest.raises(Unreadable) as told:
        shares.read(" ".join(typed))
    assert (told.value.why, told.value.place, told.value.right) == ("word", place + 1, said[place])


def test_words_too_few_and_too_many_are_counted():
    said = shares.words(Share(bytes(4), 1, bytes(32)))
    for number in (0, 1, WORDS - 1, WORDS + 1):
        with pytest.raises(Unreadable) as told:
            shares.read(" ".join((said * 2)[:number]))
        assert (told.value.why, told.value.number) == ("count", number)


def test_a_page_of_a_later_form_is_not_taken_for_a_mistake():
    later = shares._bytes([0, 0, 0x0231, *[0] * 16])
    numbers = [int.from_bytes(later[at : at + 2], "big") for at in range(0, len(later), 2)]
    typed = " ".join(shares._word(one) for one in numbers + shares._check(numbers))
    with pytest.raises(Unreadable) as told:
        shares.read(typed)
    assert told.value.why == "version"


def test_a_proof_belongs_to_one_page_of_one_kit():
    pages = [Share(bytes(3) + bytes([kit]), index, bytes(32)) for kit in (0, 1) for index in (1, 2)]
    assert len({shares.proof(page) for page in pages}) == len(pages)


def test_the_recovery_key_comes_back_from_three_typed_pages():
    private, public = generate()
    kit = shares.new_kit()
    pages = [Share(kit, index, data) for index, data in shamir.split(private, THRESHOLD, COUNT).items()]
    typed = [" ".join(shares.words(page)) for page in pages]
    found = [shares.read(one) for one in (typed[4], typed[0], typed[2])]
    assert public_of(shamir.join({one.index: one.data for one in found})) == public
    assert shares.recovery_info(shares.name_of(bytes(4)), 2) == VERSION + b"|recovery|babab-babab|team:2"
