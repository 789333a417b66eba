"""Every route of the console, for every role and for nobody: generated from the URL configuration, so that none is forgotten."""

from uuid import uuid4

import pytest
from django.urls import reverse

from harkline.console.urls import urlpatterns
from harkline.people.models import Operator, Role
from harkline.people.roles import Action, may

OPEN = {"health_json", "calendar"}  # for monitoring, without signing in; for calendars, by a secret address
ROUTES = [route for route in urlpatterns if route.name not in OPEN]
VERBS = ["get", "post", "put", "patch", "delete"]
ARGUMENTS = {
    "contact_id": uuid4(),
    "offer_id": uuid4(),
    "companion_id": uuid4(),
    "override_id": 999,
    "operator_id": 999,
    "object_id": uuid4(),
    "shift_id": 999,
    "block_id": 999,
    "case_id": uuid4(),
    "address_id": 999,
    "purpose": "note",
    "word": "duress",
    "language": "en",
    "key": "nothing",
    "note_id": uuid4(),
    **dict.fromkeys(
        (
            "wish_id",
            "leave_id",
            "pattern_id",
            "swap_id",
            "rota_id",
            "other_id",
            "solve_id",
            "alarm_id",
            "audit_id",
            "event_id",
            "proposal_id",
            "observation_id",
            "serial",
            "entry",
        ),
        999,
    ),
}
CASES = [(route, verb, action) for route in ROUTES for verb, action in getattr(route.callback, "verbs", {}).items()]

pytestmark = pytest.mark.django_db


def address(route) -> str:
    return reverse(route.name, kwargs={name: ARGUMENTS[name] for name in route.pattern.converters})


@pytest.fixture(autouse=True)
def one_step(settings):
    settings.SECOND_STEP = False


def test_every_route_stands_behind_a_gate():
    assert [route.name for route in ROUTES if not hasattr(route.callback, "verbs")] == []


@pytest.mark.parametrize(("route", "verb", "action"), CASES, ids=lambda value: getattr(value, "name", str(value)))
def test_who_may_gets_in_and_who_may_not_does_not(client, staff, route, verb, action):
    for role in Role.values:
        operator = staff(f"{role}.here", role=role)
        client.force_login(operator)
        answer = getattr(client, verb)(address(route))
        if may(operator, action):
            assert answer.status_code != 403 or _refused_for_its_content(route), (role, answer.status_code)
            assert answer.status_code < 500
        else:
            assert answer.status_code == 403, (role, answer.status_code)


def _refused_for_its_content(route) -> bool:
    """A contact that is in nobody's hand, or in somebody else's, is refused by ``records.access``."""
    return "contact_id" in route.pattern.converters or "object_id" in route.pattern.converters


@pytest.mark.parametrize(("route", "verb", "action"), CASES, ids=lambda value: getattr(value, "name", str(value)))
def test_nobody_gets_in_without_signing_in(client, team_private, route, verb, action):
    answer = getattr(client, verb)(address(route))
    assert answer.status_code == (302 if verb == "get" else 401)
    assert "sign-in" in answer.headers.get("Location", "") + answer.headers.get("HX-Redirect", "")


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_other_verbs_do_nothing(client, staff, route):
    client.force_login(staff("robin", role=Role.ADMINISTRATOR))
    for verb in set(VERBS) - set(route.callback.verbs):
        assert getattr(client, verb)(address(route)).status_code == 405


@pytest.mark.parametrize(
    ("route", "verb"),
    [(route, verb) for route, verb, _action in CASES if verb != "get"],
    ids=lambda value: getattr(value, "name", str(value)),
)
def test_what_changes_something_needs_the_page_it_came_from(staff, route, verb):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(staff("robin", role=Role.ADMINISTRATOR))
    assert getattr(strict, verb)(address(route)).status_code == 403


def test_who_left_the_organisation_does_not_get_in(client, staff):
    operator = staff("robin")
    client.force_login(operator)
    Operator.objects.filter(pk=operator.pk).update(is_active=False)
    assert client.get(reverse("console")).status_code in (302, 403)


def test_actions_are_those_of_the_roles():
    assert {action for _route, _verb, action in CASES} <= set(Action)
