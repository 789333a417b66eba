"""What an administrator is told is wrong about the forecast and the need."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from harkline.rota import special
from harkline.server import check_need
from harkline.server.config_need import Forecast, Need

pytestmark = pytest.mark.django_db


def found(check, forecast=Forecast(), need=Need()):  # noqa: B008
    place = SimpleNamespace(settings=SimpleNamespace(forecast=forecast, need=need), folder=Path())
    return [one.sentence for one in check(place)]


def test_holidays_that_nobody_knows(monkeypatch):
    scotland = replace(Forecast(), country="GB", region="SCT")
    monkeypatch.setattr(special, "known", lambda: False)
    assert "nothing here knows them" in found(check_need.holidays, scotland)[0]
    assert found(check_need.holidays) == []


def test_a_country_that_is_none():
    pytest.importorskip("holidays", reason="pip install harkline[forecast] for public holidays")
    assert found(check_need.holidays, replace(Forecast(), country="GB", region="SCT")) == []
    assert "no such country" in found(check_need.holidays, replace(Forecast(), country="GB", region="QQQ"))[0]


def test_languages_that_are_left_to_interpreters(team_private):
    assert found(check_need.interpreted, need=replace(Need(), interpreted=("fa",))) == []
    assert "does not have: de" in found(check_need.interpreted, need=replace(Need(), interpreted=("de",)))[0]
    assert "Every language" in found(check_need.interpreted, need=replace(Need(), interpreted=("fa", "en")))[0]
