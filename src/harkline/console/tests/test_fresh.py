"""Live by doorbell: a page that fetches only what the bells name shows, at every moment, what a page opened afresh would show."""

import random
import re
from html import unescape

import pytest

from harkline.console import hands
from harkline.intake import receive
from harkline.intake.models import Contact, ContactState
from harkline.records import write
from harkline.routing import contacts, offers, presence
from harkline.routing.models import Offer, OfferState
from harkline.runtime import bell, timers
from harkline.seal import envelope

pytestmark = pytest.mark.django_db
FRAGMENT = re.compile(r'data-url="([^"]+)" data-bells="([^"]+)"')


class Page:
    """One browser: its fragments with the kinds of bells that concern each, as the page itself declares them."""

    def __init__(self, client, path: str, audiences: set[str]) -> None:
        self.client, self.audiences, self.rung = client, audiences, set()
        found = FRAGMENT.findall(client.get(path).content.decode())
        self.bells = {unescape(url): set(kinds.split()) for url, kinds in found}
        assert self.bells, path
        self.shown = self.fresh()

    def fetch(self, url: str) -> str:
        answer = self.client.get(url, headers={"HX-Request": "true"})
        # Refused: the page puts it away, whatever it showed.
        return answer.content.decode() if answer.status_code == 200 else str(answer.status_code)

    def fresh(self) -> dict[str, str]:
        return {url: self.fetch(url) for url in self.bells}

    def hear(self, ring: bell.Ring) -> None:
        if ring.to in self.audiences:
            self.rung.add(ring.kind)

    def refetch(self) -> None:
        for url, kinds in self.bells.items():
            if kinds & self.rung:
                self.shown[url] = self.fetch(url)
        self.rung.clear()


class Life:
    """What happens on a line: one thing at a time, at random."""

    def __init__(self, seed, arrives, people, clock) -> None:
        self.random, self.arrives, self.people, self.clock = random.Random(seed), arrives, people, clock

    def step(self) -> None:
        often = [self.arrive, self.dispatch, self.answer]
        rarely = [self.sign, self.claim, self.give_back, self.finish, self.note, self.hand, self.risk, self.wait]
        self.random.choice([*often, *often, *rarely, self.hang_up])()

    def one(self, rows):
        rows = list(rows.order_by("pk"))
        return self.random.choice(rows) if rows else None

    def who(self):
        return self.random.choice(self.people)

    def arrive(self):
        self.arrives(self.random.choice(["phone", "email", "web"]), text="hello")

    def dispatch(self):
        offers.dispatch()

    def sign(self):
        pk = self.who().pk
        self.random.choice([presence.sign_on, presence.sign_on, presence.sign_off, presence.ready])(pk)
        if self.random.random() < 0.2:
            presence.not_ready(pk, "break")

    def answer(self):
        if offer := self.one(Offer.objects.filter(state=OfferState.OFFERED)):
            self.random.choice([offers.accept, offers.accept, offers.decline])(str(offer.pk), offer.operator_id)

    def claim(self):
        if row := self.one(Contact.objects.filter(state=ContactState.WAITING)):
            offers.claim(str(row.pk), self.who().pk)

    def held(self):
        return self.one(Contact.objects.filter(state__in=[ContactState.IN_HAND, ContactState.WRAP_UP]))

    def give_back(self):
        if row := self.held():
            self.random.choice([contacts.release, lambda pk, _who: contacts.lost_operator(pk)])(
                str(row.pk), row.operator_id
            )

    def finish(self):
        if row := self.held():
            contacts.wrap_up(str(row.pk), row.operator_id, "information", "resolved")

    def hang_up(self):
        if row := self.one(Contact.objects.filter(live=True).exclude(state=ContactState.CLOSED)):
            contacts.ended(str(row.pk))

    def note(self):
        if row := self.held():
            part = _sealed(write.recipients(str(row.pk), "note"))
            operator = next(one for one in self.people if one.pk == row.operator_id)
            write.entry(operator, str(row.pk), part)

    def hand(self):
        pk = self.who().pk
        self.random.choice([lambda: hands.raise_(pk), lambda: hands.lower(pk, pk)])()

    def risk(self):
        if row := self.held():
            contacts.raise_risk(str(row.pk), self.random.randrange(3))

    def wait(self):
        self.clock.forward(seconds=self.random.choice([1, 25]))
        timers.run_due()


def _sealed(recipients) -> receive.SealedPart:
    from uuid import uuid4

    object_id = str(uuid4())
    made = envelope.seal({}, b"noted", "note", object_id, recipients)
    return receive.SealedPart(object_id, "note", made.chunks, made.wraps, made.size, by_caller=False)


@pytest.mark.parametrize("seed", range(3))
def test_a_stale_page_and_its_bells_make_a_fresh_page(
    seed, staff, arrives, clock, settings, django_capture_on_commit_callbacks
):
    from django.test import Client

    settings.SECOND_STEP = False
    people = [staff("robin", "en", "fa"), staff("sam"), staff("alex", role="supervisor")]
    browsers = {one.pk: Client() for one in people}
    for one in people:
        browsers[one.pk].force_login(one)
    held = arrives("email", text="the first")
    offers.claim(held.id, people[0].pk)
    pages = [
        Page(browsers[people[0].pk], f"/contacts/{held.id}", {"desk", f"operator:{people[0].pk}"}),
        Page(browsers[people[1].pk], "/console", {"desk", f"operator:{people[1].pk}"}),
        Page(browsers[people[2].pk], "/board", {"desk", f"operator:{people[2].pk}"}),
    ]
    assert len(pages[0].bells) >= 7
    end = bell.subscribe(lambda ring: [page.hear(ring) for page in pages])
    life = Life(seed, arrives, people, clock)
    try:
        for number in range(60):
            with django_capture_on_commit_callbacks(execute=True):
                life.step()
            for page in pages:
                page.refetch()
            if number % 4 == 3:
                for page in pages:
                    assert page.shown == page.fresh()
    finally:
        end()
