"""What ``harkline.toml`` says of the public pages holds on them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from harkline.channels.web import limits
from harkline.notice import elsewhere
from harkline.server import adapters, config


@pytest.fixture
def kept() -> Iterator[None]:
    before = limits.present(), elsewhere.present()
    yield
    limits.use(before[0])
    elsewhere.use(before[1])


@pytest.mark.django_db
def test_the_settings_hold_on_the_pages(team_private: bytes, tmp_path: Path, kept: None):
    (tmp_path / "harkline.toml").write_text(
        '[web]\nquick_exit = "https://weather.example/"\n[web_form]\nmax_attachments = 2\nmax_message_characters = 600\n'
        '[backup_line]\ntext = "The night line"\n',
        encoding="utf-8",
    )
    adapters.use_pages(config.load(tmp_path))
    client = Client()
    form = client.get("/write").content.decode()
    assert "Up to 2 files" in form
    assert 'maxlength="600"' in form
    assert "The night line" in client.get("/").content.decode()
    assert "https://weather.example" in client.get("/away").content.decode()
