"""The line looks at itself from outside: real pages through real proxies, real questions to a real DNS server, all on loopback."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from tests.peers import vantage
from tests.peers.names import serving, txt

from harkline.line import this
from harkline.notice import policy, publish
from harkline.outside.models import Observation
from harkline.people import keys
from harkline.routing import alarms
from harkline.server import outside
from harkline.server.config import Settings, Web
from harkline.server.config_outside import Outside
from harkline.server.keys import Endpoint
from harkline_verify import check_words

pytestmark = [pytest.mark.flow, pytest.mark.django_db(transaction=True)]
PAGE = "http://line.example"
ZONE = {
    ("line.example", "A"): ["203.0.113.7"],
    ("line.example", "MX"): ["10 mx.line.example."],
    ("line.example", "TXT"): [txt("v=spf1 mx -all"), txt("something else")],
    ("_dmarc.line.example", "TXT"): [txt("v=DMARC1; p=reject")],
    ("s1._domainkey.line.example", "TXT"): [txt("v=DKIM1; p=" + "A" * 300)],
    ("lime.example", "A"): ["198.51.100.9"],
    ("line.org", "MX"): ["5 mail.line.org."],
}


@pytest.fixture
def line(live_server, tmp_path: Path, monkeypatch):
    """A line with a signed notice whose pages are served, and settings that lead nowhere yet."""
    monkeypatch.setattr(check_words, "ROUNDS", 10)
    this.found("The Line", ["en", "fa"], "UTC")
    this.add_address("phone", "+442079460123")
    this.add_address("email", "help@line.example")
    this.add_address("web", "/")
    keys.found_team()
    before = policy.present()
    policy.use(policy.Policy(folder=tmp_path, page=PAGE))
    publish.sign(None)
    here = Endpoint(live_server.thread.host, live_server.thread.port)
    yield Settings(folder=tmp_path, web=Web(bind=here, public_url=PAGE))
    policy.use(before)


def look(line: Settings, **given) -> dict[tuple[str, str], Observation]:
    settings = replace(line, outside=Outside(**given))
    asyncio.run(outside.look(settings))
    if settings.outside.lookalikes:
        asyncio.run(outside.look_alike(settings))
    return {(row.kind, row.subject): row for row in Observation.objects.all()}


def alarmed() -> set[str]:
    of = {str(row.pk): row.kind for row in Observation.objects.all()}
    return {of[one.subject] for one in alarms.open_() if one.kind == "drift"}


def test_a_number_that_is_changed_on_the_way_is_an_alarm_until_it_is_right_again(line):
    with vantage.http_proxy((line.web.bind.host, line.web.bind.port)) as place:
        by = f"http://127.0.0.1:{place.port}"
        seen = look(line, vantage=by)
        assert place.asked == [f"{PAGE}/", f"{PAGE}/.well-known/harkline-notice.json"]
        assert "link: tel:+442079460123" in seen["page", f"{PAGE}/"].found
        assert not alarmed()
        place.forge = lambda body: body.replace(b"tel:+442079460123", b"tel:+442079460999")
        assert "link: tel:+442079460999" in look(line, vantage=by)["page", f"{PAGE}/"].found
        assert alarmed() == {"page"}
        place.forge = lambda body: body.replace(b"+442079460123", b"+442079460999")
        look(line, vantage=by)
        assert alarmed() == {"page", "notice"}
        place.forge = lambda body: body
        look(line, vantage=by)
        assert not alarmed()


def test_it_is_seen_through_socks_and_through_a_service_that_fetches(line):
    to = (line.web.bind.host, line.web.bind.port)
    with vantage.socks_proxy(to) as place:
        seen = look(line, vantage=f"socks5://127.0.0.1:{place.port}")
        assert set(place.asked) == {"line.example:80"}
        assert {row.found == row.expected for row in seen.values()} == {True}
        place.down = True
        assert {row.trouble for row in look(line, vantage=f"socks5://127.0.0.1:{place.port}").values()} == {"no_answer"}
    with vantage.http_proxy(to) as service:
        seen = look(line, vantage=f"http://127.0.0.1:{service.port}/fetch?url={{url}}&as=text")
        assert service.asked[0] == f"{PAGE}/"
        assert {row.found == row.expected for row in seen.values()} == {True}
    assert not alarmed()


def test_names_are_asked_for_and_a_changed_one_is_an_alarm(line):
    with serving(ZONE) as names:
        at = {"resolver": Endpoint("127.0.0.1", names.port), "dkim_selectors": ("s1",)}
        seen = look(line, **at)
        assert {(kind, row.found[:24]) for (kind, _subject), row in seen.items()} == {
            ("a", "203.0.113.7"),
            ("aaaa", ""),
            ("mx", "10 mx.line.example."),
            ("spf", "v=spf1 mx -all"),
            ("dmarc", "v=DMARC1; p=reject"),
            ("dkim", "v=DKIM1; p=" + "A" * 13),
        }
        names.zone["line.example", "MX"] = ["10 mx.evil.example."]
        names.zone["line.example", "A"] = ["203.0.113.7", "198.51.100.66"]
        del names.zone["s1._domainkey.line.example", "TXT"]
        look(line, **at)
        assert alarmed() == {"mx", "a", "dkim"}


def test_look_alikes_that_somebody_has_are_listed_and_only_if_that_is_wanted(line):
    with serving(ZONE) as names:
        resolver = Endpoint("127.0.0.1", names.port)
        look(line, resolver=resolver)
        assert not {name for name, _kind in names.asked} - {"line.example", "_dmarc.line.example"}
        seen = look(line, resolver=resolver, lookalikes=True)
        assert {name: row.found for (kind, name), row in seen.items() if kind == "lookalike"} == {
            "lime.example": "A 198.51.100.9",
            "line.org": "MX 5 mail.line.org.",
        }
    assert not alarmed()


def test_nothing_is_asked_of_anybody_until_it_is_set(line):
    assert look(line) == {}
