"""Names that look like ours."""

import doctest

import pytest

from harkline.outside import lookalikes


def test_the_example_holds():
    assert not doctest.testmod(lookalikes).failed


@pytest.mark.parametrize(
    "name",
    [
        "cedrline.example",  # a letter left out
        "ceddarline.example",  # doubled
        "cedraline.example",  # two exchanged
        "cedarlibe.example",  # the key beside it
        "cedar1ine.example",  # a digit that looks alike
        "cedar-line.example",
        "cedarline.org",
        "cedarline-help.example",
        "xn--cedrline-36g.example",  # a Cyrillic а
    ],
)
def test_each_kind_of_slip_and_forgery_is_looked_for(name):
    assert name in lookalikes.similar("www.cedarline.example")


def test_they_are_valid_names_that_are_not_ours_and_not_too_many():
    found = lookalikes.similar("a-rather-long-name-of-a-line.org.uk")
    assert len(found) == len(set(found)) <= lookalikes.MOST
    assert "a-rather-long-name-of-a-line.org.uk" not in found
    assert all(one.isascii() and ".." not in one and "-." not in one for one in found)
    assert lookalikes.similar("localhost") == lookalikes.similar("192.0.2.7") == []


def test_a_homograph_is_shown_as_people_see_it():
    assert lookalikes.shown("xn--cedrline-36g.example") == "cedаrline.example (xn--cedrline-36g.example)"
    assert lookalikes.shown("cedarline.org") == "cedarline.org"
