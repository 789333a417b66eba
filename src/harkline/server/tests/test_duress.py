"""An operator is forced to sign in: the desk is empty, the keys open nothing, the others are alarmed, and nothing tells the difference."""

import json
import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from harkline.intake.models import Contact
from harkline.people import duress, keys, operators, vault
from harkline.people.hasher import DerivedHasher
from harkline.people.models import Operator, SecondKey, Suspension
from harkline.records import access
from harkline.routing import offers, presence
from harkline.routing.models import Outbound, Presence
from harkline.routing.policy import Policy, Step, using
from harkline.runtime import timers
from harkline.runtime.models import Timer
from harkline.seal import envelope, passphrase
from harkline.server import entitled
from harkline.server.tests.authorisation import TABLE
from harkline.server.tests.test_authorisation import routes

pytestmark = pytest.mark.django_db
FIRST, SECOND, WRONG = "a" * 43, "b" * 43, "c" * 43
CANARY = "Zanzibar Quill"  # stands in everything real that a page could show


@pytest.fixture(autouse=True)
def one_step(settings):
    settings.SECOND_STEP = False
    cache.clear()


@pytest.fixture
def robin(team_private: bytes) -> Operator:
    """An operator with a key, a grant and a second passphrase."""
    made = operators.add("Robin", languages=["en"], role="administrator")
    kdf = passphrase.argon2id(bytes(16))
    _private, public = envelope.generate()
    keys.store_operator_key(made, public, bytes(60), kdf)
    keys.grant(1, made, envelope.wrap(team_private, public, envelope.grant_info(1, made.pk)))
    made.set_password(FIRST)
    made.save()
    _private, other = envelope.generate()
    duress.set_second(made, SECOND, other, bytes(60), kdf)
    return made


@pytest.fixture
def colleague(staff: Callable[..., Operator]) -> Callable[[str], Operator]:
    """Colleagues, by role."""

    def add(role: str) -> Operator:
        made = staff(f"{role}.{CANARY.split()[0].lower()}", role=role)
        Operator.objects.filter(pk=made.pk).update(name=f"{CANARY} {role}")
        return made

    return add


def signs_in(words: str, username: str = "robin") -> Client:
    client = Client(headers={"accept-language": "en"})
    client.post("/account/sign-in", {"login": username, "password": words})
    return client


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_both_passphrases_sign_in_and_no_other(robin: Operator):
    assert [is_in(signs_in(words)) for words in (FIRST, SECOND, WRONG)] == [True, True, False]


def test_the_answers_are_the_same_to_the_letter(robin: Operator):
    def answer(words: str):
        sent = Client(headers={"accept-language": "en"}).post("/account/sign-in", {"login": "robin", "password": words})
        cookies = {name: (one["max-age"], one["path"], one["samesite"]) for name, one in sent.cookies.items()}
        headers = {name: value for name, value in sent.headers.items() if name != "Expires"}
        return sent.status_code, headers, cookies, sent.content

    assert answer(FIRST) == answer(SECOND)


@pytest.mark.parametrize(
    ("words", "username"), [(FIRST, "robin"), (SECOND, "robin"), (WRONG, "robin"), (WRONG, "nobody"), (FIRST, "plain")]
)
def test_as_many_hashes_are_worked_out_for_everybody(robin: Operator, monkeypatch, words: str, username: str):
    plain = operators.add("Plain")  # has no second passphrase
    plain.set_password(FIRST)
    plain.save()
    asked: list[str] = []
    real = vault.recognise
    monkeypatch.setattr(vault, "recognise", lambda use, value: asked.append(use) or real(use, value))
    signs_in(words, username)
    assert asked.count("sign-in") == 2


def test_as_many_statements_are_sent_for_both(robin: Operator):
    counts = []
    signs_in(FIRST)  # the first of a day begins the audit's day
    for words in (FIRST, SECOND):
        operators.end_sessions(robin)
        with CaptureQueriesContext(connection) as sent:
            signs_in(words)
        counts.append([re.split(r"[ (]", one["sql"])[0] for one in sent.captured_queries])
    assert counts[0] == counts[1]


def test_the_row_that_tells_them_apart_is_told_by_the_host_key_alone(robin: Operator):
    signs_in(FIRST)
    signs_in(SECOND)
    subjects = list(Timer.objects.filter(kind=duress.SIGN_IN).order_by("pk").values_list("subject", flat=True))
    assert [duress.is_alarm(one) for one in subjects] == [None, robin.pk]
    assert len({len(one) for one in subjects}) == 1


def test_what_was_in_hand_goes_to_others_and_the_chain_is_alarmed(robin: Operator, arrives, colleague):
    supervisor = colleague("supervisor")
    operators.set_own_phone(supervisor, "+442079460555")
    operators.set_own_phone(robin, "+442079460999")
    presence.sign_on(robin.pk, "browser")
    held = arrives("phone")
    assert offers.claim(held.id, robin.pk)
    real = signs_in(FIRST)
    timers.run_due()
    assert keys.grants_of(robin)
    with using(
        Policy(
            escalation=[
                Step(60, "email:chief@line.example"),
                Step(90, "phone:+442079460777"),
                Step(95, "phone:+442079460999"),
            ]
        )
    ):
        signs_in(SECOND)
        timers.run_due()
        timers.run_due()
    robin.refresh_from_db()
    assert robin.suspended_at
    assert keys.grants_of(robin) == {}
    assert not keys.readers_now()
    assert Contact.objects.get(pk=held.id).state == "waiting"
    assert Presence.objects.get(operator=robin).state == "off"
    assert entitled.operator(real.session.session_key or "") is None
    assert sorted(Outbound.objects.values_list("channel", flat=True)) == ["email", "phone", "phone"]
    client = Client(headers={"accept-language": "en"})
    client.force_login(supervisor)
    assert "signed in under duress" in client.get("/console/colleagues").content.decode()
    assert "signed in under duress" in client.get("/board").content.decode()


def test_somebody_who_signs_in_with_the_first_alarms_nobody(robin: Operator):
    signs_in(FIRST)
    timers.run_due()
    robin.refresh_from_db()
    assert robin.suspended_at is None
    assert not Suspension.objects.exists()
    assert not Outbound.objects.exists()


def test_while_suspended_the_first_passphrase_leads_to_the_empty_desk_too(robin: Operator, arrives, colleague):
    colleague("operator")
    signs_in(SECOND)
    timers.run_due()
    arrives("email", text=CANARY)
    client = signs_in(FIRST)
    assert CANARY not in client.get("/console").content.decode()
    assert "Nobody is waiting" in client.get("/console").content.decode()
    told = client.get("/account/keys").json()
    assert told["public"]
    assert list(told["grants"]) == ["1"]


def test_a_supervisor_and_a_second_person_give_it_back(robin: Operator, colleague):
    supervisor, second = colleague("supervisor"), colleague("operator")
    signs_in(SECOND)
    timers.run_due()
    found = Suspension.objects.get()
    assert not duress.restore(found, second)
    assert duress.ask(found, supervisor)
    assert not duress.restore(found, supervisor)
    assert not duress.restore(found, robin)
    client = Client()
    client.force_login(second)
    assert client.post(reverse("people:ask_restore", args=[found.pk])).status_code == 403
    assert client.post(reverse("people:restore", args=[found.pk])).status_code == 302
    robin.refresh_from_db()
    assert robin.suspended_at is None
    assert list(keys.grants_of(robin)) == [1]
    assert not duress.is_decoy(signs_in(FIRST).session, robin)


def test_the_keys_at_the_empty_desk_are_not_the_real_ones(robin: Operator):
    real, empty = signs_in(FIRST).get("/account/keys").json(), signs_in(SECOND).get("/account/keys").json()
    assert real.keys() == empty.keys()
    assert real["public"] != empty["public"]
    assert real["grants"]["1"] != empty["grants"]["1"]
    assert real["kdf"] == empty["kdf"]


def test_no_route_shows_anything_real_at_the_empty_desk(robin: Operator, arrives, colleague):
    """Every route of the table, by every verb, with the ids of things that are there."""
    other = colleague("operator")
    held = arrives("email", text=CANARY)
    presence.sign_on(other.pk, "browser")
    offers.claim(held.id, other.pk)
    alias = access.case_of_contact(held.id).alias
    client = signs_in(SECOND)
    before = list(Contact.objects.values())
    for line in TABLE.strip().splitlines():
        name, verb, _who = line.split()
        if name in ("account_logout", "people:wipe") or name.startswith(("notice:", "write:")):
            continue
        known = {"contact_id": held.id, "operator_id": other.pk, "case_id": access.case_of_contact(held.id).id}
        values = {
            one: known.get(
                one, uuid4() if "UUID" in type(kind).__name__ else 1 if "Int" in type(kind).__name__ else "en"
            )
            for one, kind in routes()[name].items()
        }
        answer = getattr(client, verb)(reverse(name, kwargs=values))
        shown = b"".join(answer) if answer.streaming else answer.content
        assert answer.status_code < 500, name
        for real in (CANARY, alias):
            assert real.encode() not in shown, (name, verb, real)
    assert is_in(client)
    assert list(Contact.objects.values()) == before
    assert Operator.objects.filter(is_active=True).count() == 2


def test_the_empty_desk_goes_on_and_off_duty_without_anybody_noticing(robin: Operator):
    client = signs_in(SECOND)
    assert client.post("/duty", {"medium": "browser"}).status_code == 204
    assert "The next contact will be offered here" in client.get("/console/now").content.decode()
    assert not Presence.objects.filter(operator=robin).exists()
    assert client.get("/health").status_code == 200
    assert client.get("/shifts").status_code == 200
    assert client.get("/board").status_code == 200
    assert client.get("/account/people").status_code == 200


def test_every_page_in_the_navigation_says_what_belongs_there(robin: Operator):
    Operator.objects.filter(pk=robin.pk).update(role="administrator")
    client = signs_in(SECOND)
    nav = client.get("/console").content.decode().partition("<nav")[2].partition("</nav>")[0]
    links = re.findall(r'href="([^"]+)"', nav)
    assert len(links) >= 10
    for address in links:
        page = client.get(address, headers={"accept-language": "en"})
        assert page.status_code == 200, address
        assert "There is nothing here yet." not in page.content.decode(), address
    assert "Nothing is overdue." in client.get("/health").content.decode()
    assert client.get("/prompts/en/hold").status_code in (200, 404)
    assert client.post("/retention/holds", {"alias": "Oak 1", "do": "place"}).status_code == 422


def test_everything_that_the_screen_fetches_is_there_at_the_empty_desk(robin: Operator):
    client = signs_in(SECOND)
    fetched = re.findall(r'data-url="([^"]+)"', client.get("/console").content.decode())
    assert len(fetched) >= 4
    for address in [*fetched, "/resealing"]:
        assert client.get(address, headers={"hx-request": "true"}).status_code == 200, address


def test_the_doorbell_is_silent_there(robin: Operator):
    client = signs_in(SECOND)
    assert entitled.is_decoy(client.session.session_key or "", robin)
    assert not entitled.is_decoy(signs_in(FIRST).session.session_key or "", robin)


def test_unlocking_a_real_console_with_the_second_turns_it_into_the_empty_desk(robin: Operator):
    client = signs_in(FIRST)
    client.post("/account/again", {"password": SECOND})
    assert client.session[duress.DECOY]
    client.post("/account/again", {"password": FIRST})
    assert client.session[duress.DECOY]
    timers.run_due()
    robin.refresh_from_db()
    assert robin.suspended_at
    assert is_in(client)


def test_a_passphrase_that_is_changed_at_the_empty_desk_leads_there_again(robin: Operator):
    client = signs_in(SECOND)
    changed = {"present": SECOND, "password": WRONG, "wrapped": "A" * 80, "kdf": _json(robin)}
    assert client.post("/account/passphrase", changed).status_code == 302
    robin.refresh_from_db()
    assert duress.matches(robin.password, robin.second_password, FIRST) == (True, False)
    assert duress.matches(robin.password, robin.second_password, WRONG) == (False, True)


def _json(robin: Operator) -> str:
    return json.dumps(SecondKey.objects.get(operator=robin).kdf)


def test_the_second_must_differ_from_the_first_and_nobody_sees_whether_there_is_one(robin: Operator):
    key = SecondKey.objects.get(operator=robin)
    with pytest.raises(ValueError, match="first"):
        duress.set_second(robin, FIRST, bytes(key.public), bytes(60), key.kdf)
    other = operators.add("Sam")
    assert DerivedHasher().decode(other.second_password).keys() == DerivedHasher().decode(robin.second_password).keys()
    assert len(other.second_password) == len(robin.second_password)
