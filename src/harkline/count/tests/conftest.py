"""A line that counts in the open, in a folder of its own."""

import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from harkline.count import cosign, policy, publish, sequence
from harkline.count.columns import Column
from harkline.intake import receive
from harkline.intake.models import Attempt, Contact
from harkline_verify.notes import COSIGNATURE, Signer

YOUNG = Column("young", "The person said that they are under 18", ("mark",))


@pytest.fixture
def counting(team_private: bytes, clock, tmp_path: Path) -> Iterator[policy.Policy]:
    """The open count is on, with a column to be ticked, and nobody confirms anything."""
    before = policy.present()
    now = policy.Policy(origin="line.example/count", folder=tmp_path, own_columns=(YOUNG,))
    policy.use(now)
    sequence.begin()
    yield now
    policy.use(before)


@pytest.fixture
def somebody(clock) -> Callable[..., str]:
    """Somebody reaches the line and it is over: ``somebody("phone", kind="counselling")`` gives the attempt's id."""

    def come(channel: str = "web", *, kind: str = "counselling", outcome: str = "message", closed: bool = True) -> str:
        where = {"phone": "+442079460123", "email": "line@harkline.example", "web": "/"}[channel]
        tried = receive.attempt(channel, where, dedupe_key=uuid.uuid4().hex)
        contact = receive.contact(tried.id, [], language="en")
        receive.finish(tried.id, outcome)
        if closed:
            Contact.objects.filter(pk=contact.id).update(
                state="closed", kind=kind, disposition="resolved", closed_at=clock()
            )
        return tried.id

    return come


@pytest.fixture
def gives_up(clock) -> Callable[[], str]:
    """Somebody rings and hangs up in the queue."""

    def come() -> str:
        tried = receive.attempt("phone", "+442079460123", dedupe_key=uuid.uuid4().hex)
        receive.finish(tried.id, "abandoned")
        return tried.id

    return come


@pytest.fixture
def days_pass(clock) -> Callable[..., None]:
    """Wind on by whole days; each morning its batch is made and the files are written."""

    def wind(days: int = 1, *, show: bool = True) -> None:
        for _day in range(days):
            clock.forward(days=1)
            sequence.make_due()
            log = sequence.log()
            if show and publish.write(log):
                publish.show(log)

    return wind


class Outside:
    """A witness without a network: it confirms whatever it is asked, as a real one would sign it."""

    def __init__(self, name: str) -> None:
        self.signer = Signer.generate(name)

    @property
    def witness(self) -> policy.Witness:
        return policy.Witness(self.signer.name, str(self.signer.key(COSIGNATURE)), "http://127.0.0.1:9")

    def confirms(self, at: float) -> str:
        now = policy.present().served / publish.LATEST
        text = now.read_text().rpartition("\n\n")[0] + "\n"
        return cosign.answered(self.witness, 200, self.signer.cosign(text, int(at)).encode())


@pytest.fixture
def outside() -> Callable[[str], Outside]:
    """Makes one."""
    return Outside


def yesterday(attempt_id: str, days: int = 1) -> None:
    """Let an attempt have come earlier."""
    row = Attempt.objects.get(pk=attempt_id)
    Attempt.objects.filter(pk=attempt_id).update(arrived_at=row.arrived_at - timedelta(days=days))
