"""Set-up: taken up where it was left, and never called finished while the recovery kit is not typed back."""

import pytest
from django.urls import reverse

from harkline.console import parts, setup
from harkline.line import this
from harkline.line.models import Line
from harkline.people import kit, operators
from harkline.people.models import Operator, RecoveryWrap, Role
from harkline.people.tests.test_kit import Made

pytestmark = pytest.mark.django_db


@pytest.fixture
def ash(signed_in, team_private):
    row = operators.add("Ash", languages=["en", "fa"], role=Role.ADMINISTRATOR)
    operators.equip(row, "six calm otters read maps", team_private)
    return signed_in(row)


def steps():
    return setup.steps(Operator.objects.get(username="ash"))


def states():
    return {one.name: one.state for one in steps()}


def test_the_first_sign_in_leads_to_set_up_until_it_is_put_off_or_done(ash, signed_in):
    assert ash.get(reverse("console")).url == reverse("setup")
    page = ash.get(reverse("setup")).content.decode()
    assert "Must be done." in page
    assert "Open the line" in page
    assert ash.post(reverse("setup_later")).url == reverse("console")
    assert "Set-up is not finished." in ash.get(reverse("console")).content.decode()
    robin = signed_in(operators.add("Robin"))
    assert "Set-up" not in robin.get(reverse("console")).content.decode()


def test_set_up_ends_only_when_two_pages_were_typed_back(ash, team_private):
    made = Made({1: team_private})
    for before in (lambda: None, made.kept):
        before()
        refused = ash.post(reverse("setup"))
        assert (refused.status_code, this.line().set_up_at) == (409, None)
        assert "typed back" in refused.content.decode()
    made.typed(2, 4)
    assert ash.post(reverse("setup")).url == reverse("setup")
    opened = this.line().set_up_at
    assert opened
    assert ash.post(reverse("setup")).url == reverse("setup")
    assert this.line().set_up_at == opened
    page = ash.get(reverse("setup")).content.decode()
    assert "The line is open" in page
    assert "Not tried yet" in page
    assert "You are alone" in page
    assert ash.get(reverse("console")).status_code == 200


def test_it_is_told_which_address_was_reached(ash, arrives):
    assert states()["addresses"] == "advised"
    arrives("phone")
    assert "line@harkline.example" in next(one.sentence for one in steps() if one.name == "addresses")
    arrives("email")
    assert states()["addresses"] == "done"
    assert "Reached the line on" in ash.get(reverse("setup_tried")).content.decode()


def test_a_second_reader_completes_the_steps(ash, team_private):
    robin = operators.add("Robin")
    assert states()["operator"] == "advised"
    operators.equip(robin, "six calm otters read maps", team_private)
    assert states()["operator"] == "done"


def test_name_languages_and_hours_are_kept_and_mistakes_told(ash):
    good = {"name": " Open  Door ", "languages": ["en", "fa", "ps"], "first": "ps", "timezone": "Europe/Paris"}
    assert ash.post(reverse("setup_line"), good).url == reverse("setup")
    line = this.line()
    assert (line.name, line.languages, line.timezone) == ("Open Door", ["ps", "en", "fa"], "Europe/Paris")
    for wrong in ({"name": " "}, {"languages": ["tlh"]}, {"timezone": "../../etc/passwd"}):
        assert ash.post(reverse("setup_line"), good | wrong).status_code == 422
    assert this.line().languages == ["ps", "en", "fa"]


def test_addresses_are_added_and_mistakes_told(ash):
    page = reverse("setup_addresses")
    assert ash.post(page, {"channel": "phone", "value": "+441632960123"}).url == page
    assert this.address("phone", "+441632960123")
    for wrong in ({"channel": "phone", "value": "12"}, {"channel": "radio", "value": "x"}, {}):
        assert ash.post(page, wrong).status_code == 422


def test_the_health_page_and_the_console_say_how_the_kit_is(clock, ash, team_private, settings):
    Line.objects.update(set_up_at=clock())

    def told():
        return parts.recovery().state, "See to it" in ash.get(reverse("console")).content.decode()

    assert told() == ("warning", True)
    settings.DEMO = True
    assert told() == ("up", False)
    settings.DEMO = False
    made = Made({1: team_private})
    made.kept()
    assert told() == ("warning", True)
    made.typed(1, 2)
    assert told() == ("up", False)
    RecoveryWrap.objects.all().delete()
    assert told() == ("warning", True)
    kit.add(kit.confirmed(), made.wraps)
    Line.objects.update(name="Open Door")
    clock.forward(days=365)
    assert parts.recovery().state == "warning"
