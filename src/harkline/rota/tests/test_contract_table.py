"""Contracts and hours come and go as a table."""

import pytest

from harkline.people.models import Operator
from harkline.rota import contract_table, tables, terms

HEAD = "username,planned,week_least,week_most,nights,weekends,from_date,to_date,hours\n"


@pytest.fixture
def ash(staff) -> Operator:
    staff("birch")
    return staff("ash")


def read(text: str) -> int:
    return contract_table.upload(text.encode())


def test_what_was_downloaded_is_read_in_again_and_changes_nothing(ash):
    values = {"planned": False, "week_least": 600, "week_most": 2310, "nights": 4, "weekends": None, "to_date": None}
    terms.agree(ash, {**values, "from_date": None}, [(0, 480, 990), (1, 1200, 1440), (6, 1320, 360)])
    text = "".join(contract_table.download())
    assert "ash,Ash,0,10,38.5,4,,,,mo 08:00-16:30; tu 20:00-24:00; su 22:00-06:00" in text
    assert read(text) == 2
    assert "".join(contract_table.download()) == text


def test_whoever_is_not_in_it_keeps_what_they_have(ash):
    terms.agree(ash, {"week_most": 1200}, [(2, 0, 60)])
    assert read("username;week_most\nbirch;20,0\n".replace(",", ".")) == 1
    assert terms.contract(ash).week_most == 1200
    assert terms.windows(ash.pk) == [(2, 0, 60)]


@pytest.mark.parametrize(
    "line",
    [
        "nobody,1,0,40,,,,,",
        "ash,1,41,40,,,,,",
        "ash,1,0,much,,,,,",
        "ash,1,0,nan,,,,,",
        "ash,1,0,40,29,,,,",
        "ash,1,0,40,,,soon,,",
        "ash,1,0,40,,,,,mo 8-16",
        "ash,1,0,40,,,,,mo 08:61-16:00",
        "ash,1,0,40,,,,,xx 08:00-16:00",
        "ash,1,0,40,,,,,mo 08:00-12:00; mo 08:00-16:00",
        "birch,1,0,40,,,,,",
    ],
)
def test_a_wrong_line_is_named_and_nothing_is_read_in(ash, line):
    with pytest.raises(tables.Unreadable) as why:
        read(f"{HEAD}birch,1,0,12,,,,,\n{line}\n")
    assert [one.line for one in why.value.problems] == [3]
    assert terms.contract(Operator.objects.get(username="birch")).week_most == 40 * 60


def test_a_heading_that_lacks_something_is_named(ash):
    with pytest.raises(tables.Unreadable, match="week_most"):
        read("username,hours\nash,\n")
