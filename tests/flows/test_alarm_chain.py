"""The line is in trouble while everybody looks away: the whole server, its clock wound on, real mail, a real telephone, a real web server.

Whatever it is, first the team has mail, after five minutes a telephone rings, after fifteen somebody outside the team is told, and told
again for as long as nobody answers.
"""

import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.harness import NUMBER, ROOT, Line, until
from tests.pages.telephone import Caller
from tests.peers import invite
from tests.peers.pager import Mailbox, Post
from tests.ports import HOST, free_port

pytestmark = pytest.mark.flow
TEAM, POCKET = "team@helpers.example", "+442079460155"


class Night:
    """A line and who is rung by it. ``passes`` winds its clock on."""

    def __init__(self, folder: Path) -> None:
        self.line, self.post, self.mailbox, self.telephone = Line(folder), Post(), Mailbox(), Caller(None)  # type: ignore[arg-type]
        self._hand, self._passed = folder / "hand", timedelta(0)
        self._hand.write_text("0")

    def opens(self, *more: str, at: datetime | None = None) -> None:
        """Serve with the chain, at this hour of its clock."""
        if at:
            self.passes(at - datetime.now(UTC))
        self.line.init(
            settings="\n".join((CHAIN.format(self=self, team=TEAM, pocket=POCKET, number=NUMBER, host=HOST), *more))
        )
        self.line.serve(wrap=(sys.executable, str(ROOT / "tests" / "wound.py"), str(self._hand)))

    def passes(self, span: timedelta) -> None:
        """So much time, during which the server was asleep."""
        self._passed += span
        self._hand.write_text(str(self._passed.total_seconds()))

    @property
    def mails(self) -> int:
        return sum(to == TEAM for to, _text in self.mailbox.got)

    @property
    def rings(self) -> bool:
        return self.telephone.phone.rings.is_set()

    def posts(self, kind: str) -> int:
        return sum(one["kind"] == kind for one in self.post.got)

    def ends(self) -> None:
        self.line.__exit__()
        self.telephone.leaves()
        self.mailbox.close()
        self.post.server.shutdown()


CHAIN = """
[[trunk]]
name = "out"
server = "{host}:{self.telephone.phone.port}"
numbers = ["{number}"]
[relay]
server = "{self.mailbox.server}"
security = "none"
[[alarm]]
after_seconds = 0
to = "email:{team}"
[[alarm]]
after_seconds = 300
to = "phone:{pocket}"
[[alarm]]
after_seconds = 900
to = "webhook:{self.post.url}"
outside = true
"""


@pytest.fixture
def night(tmp_path: Path) -> Iterator[Night]:
    one = Night(tmp_path)
    yield one
    one.ends()


def is_rung_in_order(night: Night, kind: str, *, telephone: bool = True) -> None:
    """From the mail that has just come on, to somebody outside, twice."""
    night.telephone.phone.rings.clear()  # it is the number that the line tries itself, too
    assert night.posts(kind) == 0
    night.passes(timedelta(minutes=5))
    if telephone:
        until(lambda: night.rings)
    assert night.posts(kind) == 0
    night.passes(timedelta(minutes=10))
    until(lambda: night.posts(kind))
    told = night.posts(kind)
    night.passes(timedelta(minutes=15))
    until(lambda: night.posts(kind) > told)


def test_nobody_is_planned_at_three_in_the_night(night: Night) -> None:
    day = (datetime.now(UTC) + timedelta(days=3)).replace(hour=3, minute=0, second=0, microsecond=0)
    night.opens(at=day - timedelta(hours=2, minutes=1))
    night.line.inside("hole_in_the_night", day=f"{day:%Y-%m-%d}")
    until(lambda: open_gaps(night) == 24)  # less than a day before: told as soon as it is known
    told = night.mails
    night.passes(timedelta(minutes=1))
    until(lambda: open_gaps(night) == 2)  # two hours before
    until(lambda: night.mails > told)
    is_rung_in_order(night, "gap")


def open_gaps(night: Night) -> int | None:
    """So many hours before the hole that comes next it was told of last."""
    found = night.line.rows("SELECT hours FROM rota_gapalarm WHERE closed_at IS NULL ORDER BY begins LIMIT 1")
    return int(found[0][0]) if found else None


def test_an_operator_does_not_pick_up(night: Night) -> None:
    night.opens("[phone]\noffer_seconds = 5\n")
    night.line.staff("Robin")
    caller = invite.Caller(night.line)
    assert caller.rings() == 200
    until(lambda: night.mails)
    caller.hangs_up()
    is_rung_in_order(night, "silent")


def test_the_telephone_engine_is_killed_and_cannot_begin_again(night: Night) -> None:
    night.opens()
    (engine,) = engines(night.line)
    with taken(night.line.sip, lambda: os.kill(engine, signal.SIGKILL)):
        until(lambda: night.line.status()["adapters"]["phone"]["state"] != "up", pause=0.5)
        night.passes(timedelta(seconds=70))
        until(lambda: night.mails)
        is_rung_in_order(night, "adapter", telephone=False)  # which cannot ring: the chain goes on
    until(lambda: night.line.count("routing_alarm", "kind = 'adapter' AND ended_at IS NULL") == 0)


@contextmanager
def taken(port: int, after: Callable[[], None]) -> Iterator[None]:
    """Somebody else has the port, from the moment on at which it is given up."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        after()
        until(lambda: binds(other, port), pause=0)
        yield


def binds(other: socket.socket, port: int) -> bool:
    try:
        other.bind((HOST, port))
    except OSError:
        return False
    return True


def engines(line: Line) -> list[int]:
    """The processes that carry calls."""
    assert line.process
    found = [int(one.name) for one in Path("/proc").iterdir() if one.name.isdigit()]
    return [pid for pid in found if parent(pid) == line.process.pid and b"engine" in command(pid)]


def parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, IndexError):
        return 0


def command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def test_an_address_does_not_answer_when_the_line_tries_it(night: Night) -> None:
    night.opens(f'[web]\npublic_url = "http://{HOST}:{free_port()}"\n')
    night.line.command("address", "add", "web", "/")
    night.line.inside("try_addresses")
    until(lambda: night.mails, within=60)
    is_rung_in_order(night, "canary")
