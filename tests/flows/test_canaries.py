"""The line tries its own addresses by the way that callers take, with the whole server, and alarms when one does not answer."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.harness import Line, until
from tests.peers.pager import Post
from tests.ports import HOST, free_port

pytestmark = pytest.mark.flow


@pytest.fixture(scope="module")
def post() -> Iterator[Post]:
    one = Post()
    yield one
    one.server.shutdown()


def opened(line: Line, post: Post, settings: str = "") -> Line:
    """A line with an address on each channel, whose alarms are posted."""
    line.init(settings=f'{settings}\n[[alarm]]\nafter_seconds = 0\nto = "webhook:{post.url}"\noutside = true\n')
    line.command("address", "add", "web", "/")
    line.serve()
    return line


def tried(line: Line) -> dict[str, str]:
    """What came of the newest trial, by channel."""
    return dict(line.inside("canaries"))


def test_every_address_answers_and_no_figure_knows_of_it(tmp_path: Path, post: Post) -> None:
    with opened(Line(tmp_path), post) as line:
        line.inside("try_addresses")
        until(lambda: len(tried(line)) == 3, within=60, pause=0.5)
        assert tried(line) == {"phone": "answered", "email": "answered", "web": "answered"}
        assert line.inside("attempt_kinds") == {"canary": 3}
        assert line.inside("waiting") == 0
        assert post.got == []


def test_a_page_that_the_public_cannot_reach_is_told_to_somebody_outside(tmp_path: Path, post: Post) -> None:
    with opened(Line(tmp_path), post, f'[web]\npublic_url = "http://{HOST}:{free_port()}"') as line:
        line.inside("try_addresses")
        until(lambda: post.got, within=60, pause=0.5)
        assert post.got[0]["kind"] == "canary"
        assert set(post.got[0]) == {"id", "alert", "kind", "since"}
        assert tried(line)["web"] == "no_answer"
