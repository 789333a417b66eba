"""What an administrator is told about looking from outside and about the pack on paper."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from harkline.line import this
from harkline.paper.models import Pack
from harkline.runtime import clock as clocks
from harkline.server import check_outside
from harkline.server.config_outside import Outside
from harkline.server.keys import Endpoint

pytestmark = pytest.mark.django_db


def found(check, url="https://line.example", **outside):
    settings = SimpleNamespace(outside=replace(Outside(), **outside), web=SimpleNamespace(public_url=url))
    return [one.sentence for one in check(SimpleNamespace(settings=settings))]


def test_what_is_asked_for_and_cannot_be_done(monkeypatch):
    assert found(check_outside.outside) == []
    assert "no public page" in found(check_outside.outside, url=None, vantage="http://127.0.0.1:9")[0]
    assert "no DNS server is named" in found(check_outside.outside, lookalikes=True)[0]
    monkeypatch.setattr(check_outside, "find_spec", lambda _name: None)
    assert "nothing here can ask" in found(check_outside.outside, resolver=Endpoint("192.0.2.53", 53))[0]


def test_a_pack_that_is_missing_or_too_old(team_private, clock):
    assert found(check_outside.on_paper) == []
    this.set_up()
    assert "No fallback pack" in found(check_outside.on_paper)[0]
    Pack.objects.create(first=1, forms=3, made_at=clocks.now())
    assert found(check_outside.on_paper) == []
    clock.forward(hours=24 * 15)
    assert "No fallback pack" in found(check_outside.on_paper)[0]
