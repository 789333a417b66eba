"""Who gets in where: every route of the URL configuration and every endpoint beside it × every role, and nobody, and who has left,
and who has no second step, and who is excluded. A route that ``authorisation.TABLE`` does not name fails here."""

import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from harkline.people.models import Operator, Role
from harkline.people.roles import Action, may
from harkline.server import asgi, entitled
from harkline.server.live import audiences
from harkline.server.tests.authorisation import ENDPOINTS, FURTHER, TABLE

pytestmark = pytest.mark.django_db

NOBODY, LEFT, HALF_IN = "nobody", "left", "without_second_step"
ACTORS = [NOBODY, *Role.values, LEFT, HALF_IN]
VERBS = ["get", "post", "put", "patch", "delete"]
HIDDEN = {
    "contact_id",
    "offer_id",
    "object_id",
    "case_id",
    "companion_id",
}  # what an address can name and an exclusion can hide
SIGN_IN, SECOND_STEP, AGAIN = "/account/sign-in", "/account/security", "/account/again"


def routes(resolver=None, spaces: tuple[str, ...] = ()) -> dict[str, dict]:
    """Every route by its full name, with what its address takes."""
    found: dict[str, dict] = {}
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLResolver):
            found |= routes(one, (*spaces, one.namespace) if one.namespace else spaces)
        elif isinstance(one, URLPattern):
            found[":".join([*spaces, str(one.name)])] = one.pattern.converters
    return found


def rows() -> list[tuple[str, str, str]]:
    """``(route, verb, who)`` for each line of the table."""
    return [tuple(line.split()) for line in TABLE.strip().splitlines()]  # type: ignore[misc]


def filled(name: str, **known: object) -> str:
    taken = routes()[name]
    values = {
        one: known.get(one, uuid4() if "UUID" in type(kind).__name__ else 999 if "Int" in type(kind).__name__ else "en")
        for one, kind in taken.items()
    }
    return reverse(name, kwargs=values)


def came_to(answer, half_in: bool = False) -> str:
    """What the gates said: ``sign_in``, ``second_step``, ``again`` (step-up), ``refused``, ``no_such_verb``, or ``in``."""
    to = (
        answer.headers.get("Location", "") + answer.headers.get("HX-Redirect", "") + answer.headers.get("X-Step-Up", "")
    )
    if SIGN_IN in to and answer.status_code in (302, 401):
        return "sign_in"
    if AGAIN in to and answer.status_code in (302, 403):
        return "again"
    if half_in and to.partition("?")[0] == SECOND_STEP and answer.status_code in (302, 403):
        return "second_step"
    return {401: "sign_in", 403: "refused", 405: "no_such_verb"}.get(answer.status_code, "in")


def expected(who: str, actor: str, operator: Operator | None) -> str:
    """By the table and ``people.roles`` alone. ``who``: ``anybody``, ``anybody_in`` (also without a second step), ``signed_in``, or
    actions joined with ``|``; ``+again`` behind it where it asks once more who is there."""
    who, again = (who.removesuffix("+again"), "again") if who.endswith("+again") else (who, "in")
    if who == "anybody":
        return "in"
    if actor in (NOBODY, LEFT):
        return "sign_in"
    if actor == HALF_IN and who != "anybody_in":
        return "second_step"
    if who in ("anybody_in", "signed_in") or any(may(operator, Action(one)) for one in who.split("|")):
        return again
    return "refused"


@pytest.fixture
def actor(staff, settings):
    """``actor("supervisor")``: a browser in which such a person has signed in, and the person."""
    settings.SECOND_STEP = True

    def enter(name: str) -> tuple[Client, Operator | None]:
        client = Client()
        if name == NOBODY:
            return client, None
        person = staff(f"{name}.here", role=name if name in Role.values else Role.ADMINISTRATOR)
        client.force_login(person)
        session = client.session
        session["second_step"] = name != HALF_IN
        session.pop("stepped_up", None)
        session.save()
        if name == LEFT:
            Operator.objects.filter(pk=person.pk).update(is_active=False)
        return client, person

    return enter


def test_every_route_has_its_line_in_the_table_and_every_line_a_route():
    assert {name for name, _verb, _who in rows()} == set(routes()), (
        "authorisation.TABLE: add a line for each verb of a new route"
    )
    assert len({row[:2] for row in rows()}) == len(rows())


def test_the_table_says_what_the_console_s_gates_say():
    from harkline.console.urls import urlpatterns

    gates = {
        (one.name, verb): str(action)
        for one in urlpatterns
        for verb, action in getattr(one.callback, "verbs", {}).items()
    }
    table = {row[:2]: row[2].removesuffix("+again") for row in rows()}
    assert {key: table.get(key) for key in gates} == gates


@pytest.mark.parametrize("name", ACTORS)
def test_each_route_lets_in_whom_the_table_says_and_nobody_else(actor, arrives, name):
    client, person = actor(name)
    there = {"contact_id": arrives("phone").id}
    wrong = []
    for route, verb, who in rows():
        if route in ("account_logout", "people:wipe"):
            continue  # it ends the session that the next lines need
        answer = getattr(client, verb)(filled(route, **(there if who.endswith("+again") else {})))
        found, wanted = came_to(answer, name == HALF_IN), expected(who, name, person)
        if name == HALF_IN and who == "anybody" and found == "second_step":
            continue  # what everybody may see is kept from nobody
        if wanted == "in" and found == "refused" and route in FURTHER:
            continue
        if found != wanted or (answer.status_code >= 500 and route != "health_json"):
            wrong.append((route, verb, who, found, answer.status_code, answer.headers.get("Location")))
    assert not wrong, "\n".join(map(str, wrong))


def test_no_route_of_the_console_knows_another_verb(actor):
    client, _person = actor("administrator")
    known = {row[:2] for row in rows()}
    gated = [name for name in routes() if ":" not in name and not re.match("account_|mfa_", name)]
    found = [
        (name, verb)
        for name in gated
        for verb in VERBS
        if (name, verb) not in known and getattr(client, verb)(filled(name)).status_code not in (403, 405)
    ]
    assert found == [("health_json", verb) for verb in VERBS if verb != "get"]


@pytest.mark.parametrize("name", Role.values)
def test_who_is_excluded_is_told_that_there_is_nothing(actor, staff, arrives, name):
    from harkline.records import access, conflict, filing
    from harkline.routing import offers, presence
    from harkline.routing.models import Companion, Offer
    from harkline.runtime import clock

    client, person = actor(name)
    boss, sam = staff("boss", role="supervisor"), staff("sam")
    ref = arrives("phone", text="x")
    filing.file_pending()
    presence.sign_on(sam.pk)
    assert offers.dispatch() == 1
    case = access.case_of_contact(ref.id)
    [entry] = access.entries(boss, case.id)
    there = {
        "contact_id": ref.id,
        "offer_id": Offer.objects.get().pk,
        "object_id": entry.object_id,
        "case_id": case.id,
        "companion_id": Companion.objects.create(
            contact_id=ref.id, purpose="listen_in", operator=sam, asked_by=sam, state="asked", asked_at=clock.now()
        ).pk,
    }
    conflict.exclude(boss, case.id, operators=[person.pk])
    wrong = []
    for route, verb, who in rows():
        if HIDDEN & set(routes()[route]):
            answer = getattr(client, verb)(filled(route, **there))
            refused = expected(who.removesuffix("+again"), name, person) == "refused"
            if answer.status_code != 404 and not (refused and answer.status_code == 403):
                wrong.append((route, verb, answer.status_code))
    assert not wrong, "\n".join(map(str, wrong))


# --- beside the pages ----------------------------------------------------------------------------------------------------------------


def test_every_endpoint_beside_the_pages_is_in_the_table():
    """``server.asgi`` sends sockets and ``/live/`` elsewhere; what answers there is named in the code of two modules."""
    from inspect import getsource

    from harkline.channels.phone import audio
    from harkline.server import live

    code = getsource(asgi) + getsource(live) + getsource(audio)
    assert set(re.findall(r"[\"`/ ](/live/[a-z]+)", code)) == set(ENDPOINTS)


@pytest.mark.parametrize("name", ACTORS)
def test_the_streams_and_the_audio_socket_hold_to_the_same(actor, name):
    client, person = actor(name)
    found = entitled.operator(client.session.session_key or "")
    lets_in = name in Role.values
    assert (found is not None) == lets_in
    for endpoint, who in ENDPOINTS.items():
        if lets_in and endpoint == "/live/desk":
            assert ("desk" in audiences(person.pk, person.role)) == may(person, who), endpoint
