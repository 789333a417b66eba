"""Thirty days behind the demonstration line, so that there are figures to claim, to audit and to check. All of them invented.

The days go through the same code as real ones, under a clock that is wound; so does what is signed, confirmed, claimed and audited.
"""

import random
import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.server import ThreadingHTTPServer
from pathlib import Path

from django.db import transaction

from harkline.count import audits, claims, cosign, evidence, marks, policy, publish, sequence
from harkline.count.claims import Asked
from harkline.count.columns import Column
from harkline.count.models import Audit, Cosignature
from harkline.count.witness import Witness
from harkline.count.witness_server import listening
from harkline.intake import receive
from harkline.intake.models import Contact
from harkline.line import this
from harkline.people.models import Operator
from harkline.runtime import clock
from harkline_verify.notes import Signer

DAYS = 30
ORIGIN = "harbour.example/count"
OFFICIAL = Column("official", "The person said that they work for a public body", ("mark",))
OFFICIALS = 26  # of whom "at least 21" will be claimed
KINDS = ("counselling", "counselling", "counselling", "information", "silent", "thank_you")
AUDITOR = "Harbour Gazette (fictional)"


@dataclass(frozen=True)
class Outside:
    """A newspaper and a law clinic, both invented, that confirm the log: real witnesses on loopback."""

    witnesses: Sequence[Witness]
    servers: Sequence[ThreadingHTTPServer]

    def settings(self) -> str:
        """Their part of ``harkline.toml``."""
        rows = [f'[count]\norigin = "{ORIGIN}"\n']
        rows.append(f'[[column]]\nname = "{OFFICIAL.name}"\nwording = "{OFFICIAL.wording}"\n')
        rows += [
            f'[[witness]]\nverifier_key = "{one.key}"\nurl = "{self._url(at)}"\n'
            for at, one in enumerate(self.witnesses)
        ]
        return "\n".join(rows)

    def _url(self, at: int) -> str:
        return f"http://127.0.0.1:{self.servers[at].server_address[1]}"

    def policy(self, data: Path) -> policy.Policy:
        """The same as values."""
        named = [policy.Witness(one.signer.name, str(one.key), self._url(at)) for at, one in enumerate(self.witnesses)]
        return policy.Policy(origin=ORIGIN, folder=data, own_columns=(OFFICIAL,), witnesses=tuple(named))


@contextmanager
def outside(data: Path) -> Iterator[Outside]:
    """The two of them, answering until the block ends."""
    made = [Witness.make(data / "outside" / name, f"{name}.example/witness") for name in ("gazette", "lawclinic")]
    servers = [listening(one, "127.0.0.1", 0) for one in made]
    for one in servers:
        threading.Thread(target=one.serve_forever, daemon=True).start()
    try:
        yield Outside(made, servers)
    finally:
        for one in servers:
            one.shutdown()
            one.server_close()


def live(data: Path, around: Outside) -> None:
    """Let the thirty days pass, then say what they come to and have it inspected."""
    from harkline.count import signing

    policy.use(around.policy(data))
    dice = random.Random(30)  # noqa: S311 (a story, not a secret)
    wound = clock.Wound(_noon() - timedelta(days=DAYS + 1))
    with clock.using(wound):
        sequence.begin()
        for one in around.witnesses:
            one.add(str(signing.key()))
        officials = [dice.randrange(DAYS) for _one in range(OFFICIALS)]
        # In one transaction, for a newcomer waits: a crash here ends the demonstration, and the next one begins anew.
        with transaction.atomic():
            for day in range(DAYS):
                _day(dice, officials.count(day))
                wound.forward(days=1)
                sequence.make_due()
                if day % 10 == 9:
                    _confirm(around)
    with transaction.atomic():
        _say()
        _confirm(around)


def _noon() -> datetime:
    now = clock.now().astimezone(this.zone())
    return now.replace(hour=12, minute=0, second=0, microsecond=0)


def _day(dice: random.Random, officials: int) -> None:
    """Whoever else came on these days is in ``history``."""
    for _one in range(officials):
        _official(dice)


def _number() -> str:
    return str(this.addresses("phone")[0].value)


def _official(dice: random.Random) -> None:
    channel = dice.choice(("phone", "phone", "email", "web"))
    where = _number() if channel == "phone" else str(this.addresses(channel)[0].value)
    tried = receive.attempt(channel, where, dedupe_key=uuid.uuid4().hex, language="en")
    ref = receive.contact(tried.id, [], language="en", waiting=False)
    receive.finish(tried.id, "answered" if channel == "phone" else "message")
    _evidence(dice, tried.id, channel)
    marks.put(ref.id, [OFFICIAL.name])
    Contact.objects.filter(pk=ref.id).update(
        state="closed", kind=dice.choice(KINDS), disposition="resolved", closed_at=clock.now(), ended_at=clock.now()
    )


def _evidence(dice: random.Random, attempt: str, channel: str) -> None:
    """Invented, as everything here; a real line gathers it on arrival."""
    if channel == "phone":
        evidence.keep(attempt, *evidence.of_call({"trunk": "demo", "seconds": str(dice.randrange(60, 900))}))
    elif channel == "email":
        evidence.keep(
            attempt, "E3", {"dkim": ["ministry.example"], "dns": {"s1._domainkey.ministry.example": "v=DKIM1; p="}}
        )


def _confirm(around: Outside) -> None:
    """As ``server.counting`` does, without the network, at the moment that the clock shows."""
    log = sequence.log()
    if log is None or publish.write(log) is None:
        return
    by_name = {one.signer.name: one for one in around.witnesses}
    for ask in cosign.asks(log):
        answer = by_name[ask.witness.name].add_checkpoint(ask.body, int(clock.now().timestamp()))
        cosign.answered(ask.witness, answer.status, answer.body.encode())
    Cosignature.objects.update(asked_at=None)
    publish.show(log)


def _say() -> None:
    who = Operator.objects.filter(role="supervisor").first()
    span = claims.span()
    if span is None or who is None:
        return
    small = claims.make(Asked(2, *span, "ge", 21), who.pk)
    claims.make(Asked(0, *span, "eq"), who.pk)
    row = audits.begin(small, AUDITOR, who.pk, sample=False)
    for entry in row.drawn:
        audits.found(row, entry, audits.show(row, entry, who.pk).kind)
    audits.publish(Audit.objects.get(pk=row.pk), audits.sign(row, Signer.generate("gazette.example")), who.pk)
