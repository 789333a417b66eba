"""``kill -9`` at any step while the open count enters, signs, has confirmed and shows a day.

``python tests/counting.py FOLDER KILLS SEED`` makes a line with two witnesses on loopback and prints what it came to as JSON. Every
round runs in a process of its own, forked from one that has read the code and opened nothing; it dies by SIGKILL at a step that the
dice choose. A step is whatever can be seen from outside: a file flushed or put in place, a commit, a request to a witness, its answer.
"""

import json
import os
import random
import signal
import sys
import threading
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from harkline.count.witness import Witness
from harkline.count.witness_server import listening
from harkline_verify import tiles, tree
from harkline_verify.checkpoints import Checkpoint
from harkline_verify.notes import Note

STEPS = 40  # a round has about as many
ROUNDS = 5  # that may die on one day

LEFT = [0]


def step() -> None:
    """Die here, if this is the one."""
    LEFT[0] -= 1
    if LEFT[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)


def around(fn: Callable[..., Any]) -> Callable[..., Any]:
    """A step before it and one after it."""

    def stepped(*args: Any, **given: Any) -> Any:
        step()
        done = fn(*args, **given)
        step()
        return done

    return stepped


def child(work: Callable[[], str], dies: int = 0) -> str | None:
    """Do it in a process of its own; None where that was killed. Raises RuntimeError where it failed otherwise."""
    told, tells = os.pipe()
    if (pid := os.fork()) == 0:
        os.close(told)
        try:
            LEFT[0] = dies
            os.write(tells, work().encode())
            os._exit(0)
        except BaseException as error:
            print(repr(error), file=sys.stderr, flush=True)
            os._exit(1)
    os.close(tells)
    with os.fdopen(told, "rb") as file:
        said = file.read().decode()
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if status == -signal.SIGKILL and dies:
        return None
    if status:
        raise RuntimeError(f"a round ended with {status}")
    return said


class Line:
    """The line under test. Nothing here opens the database but children."""

    def __init__(self, data: Path, begun: datetime) -> None:
        self.data, self.begun = data, begun
        self.before: tuple[int, bytes] | None = None

    def tell(self, day: int) -> str:
        """Somebody writes, asks for a receipt and is told it; the code."""
        from harkline.count import receipts
        from harkline.intake import receive
        from harkline.intake.models import Contact
        from harkline.runtime import clock

        with clock.using(clock.Wound(self.begun + timedelta(days=day))):
            tried = receive.attempt("web", "/", dedupe_key=uuid.uuid4().hex)
            contact = receive.contact(tried.id, [], language="en", waiting=False)
            receive.finish(tried.id, "message")
            code = receipts.issue(tried.id, "4711")
            Contact.objects.filter(pk=contact.id).update(state="closed", kind="counselling", closed_at=clock.now())
        return code

    def round(self, day: int) -> str:
        """What the server does every half minute."""
        from django.db.backends.base.base import BaseDatabaseWrapper

        from harkline.runtime import clock
        from harkline.server import counting

        os.fsync = around(os.fsync)
        Path.replace = around(Path.replace)  # type: ignore[method-assign]
        BaseDatabaseWrapper._commit = around(BaseDatabaseWrapper._commit)  # type: ignore[attr-defined,method-assign]
        counting.post = around(counting.post)
        with clock.using(clock.Wound(self.begun + timedelta(days=day))):
            counting.round_()
        return ""

    def entered(self) -> str:
        """Every code in the log, and whether it has stopped."""
        from harkline.count.models import Leaf, Log

        codes = [bytes(row.data[2:12]).decode() for row in Leaf.objects.all() if bytes(row.data[:1]) == b"\x01"]
        return json.dumps({"codes": codes, "stopped": Log.objects.get().stopped})

    def forks(self) -> int:
        """Read what is shown, as a stranger: its tiles are whole, and it grew out of what was shown before."""
        path = self.data / "count" / "checkpoint"
        if not path.exists():
            return 0
        now = Checkpoint.parse(Note.parse(path.read_bytes()).text)
        trees = tiles.Tiles(now.size, lambda name: (self.data / "count" / name).read_bytes())
        wrong = tree.root(trees, now.size) != now.root
        if self.before:
            wrong = wrong or self.before[0] > now.size or tree.root(trees, self.before[0]) != self.before[1]
        self.before = now.size, now.root
        return int(wrong)


def opened(folder: Path, servers: list[tuple[Witness, int]]) -> Line:
    """A line that counts, and whose witnesses know it."""
    from harkline.server import setup

    data = folder / "line"
    setup.init(data, "Open Door", ["en"], "UTC", "administrator")
    rows = ['[count]\norigin = "line.example/count"\n']
    rows += [f'[[witness]]\nverifier_key = "{one.key}"\nurl = "http://127.0.0.1:{port}"\n' for one, port in servers]
    (data / "harkline.toml").write_text("\n".join(rows))
    from django.db import connections

    from harkline.count import sequence, signing
    from harkline.server import adapters

    adapters.use_count(setup.settings(data))
    begun = sequence.begin().begun_at
    for one, _port in servers:
        one.add(str(signing.key()))
    connections.close_all()
    return Line(data, begun)


def run(line: Line, kills: int, dice: random.Random) -> dict[str, Any]:
    """A day, a receipt, rounds that die until one lives; and the next day."""
    told, killed, forks, day = [], 0, 0, 0
    while killed < kills:
        told.append(str(child(partial(line.tell, day))))
        day += 1
        for _round in range(ROUNDS):
            lived = child(partial(line.round, day), dice.randint(1, STEPS)) is not None
            killed += not lived
            forks += line.forks()
            if lived or killed >= kills:
                break
        child(partial(line.round, day))
        forks += line.forks()
    child(partial(line.round, day + 1))  # the slot of the last day has come by then, whatever hour it is
    forks += line.forks()
    found = json.loads(child(line.entered) or "{}")
    codes = found["codes"]
    return {
        "kills": killed,
        "days": day,
        "told": len(told),
        "lost": sum(code not in codes for code in told),
        "twice": len(codes) - len(set(codes)),
        "forks": forks,
        "stopped": found["stopped"],
    }


def main(folder: Path, kills: int, seed: int) -> int:
    # The witnesses live in a process of their own: a fork of one with threads may hang.
    made = [Witness.make(folder / name, f"{name}.example/witness") for name in ("news", "clinic")]
    servers = [listening(one, "127.0.0.1", 0) for one in made]
    if (witnesses := os.fork()) == 0:
        for one in servers:
            threading.Thread(target=one.serve_forever, daemon=True).start()
        signal.pause()
    try:
        for one in servers:
            one.socket.detach() if False else None
        line = opened(folder, [(one, int(at.server_address[1])) for one, at in zip(made, servers, strict=True)])
        print(json.dumps(run(line, kills, random.Random(seed))))
    finally:
        os.kill(witnesses, signal.SIGTERM)
        os.waitpid(witnesses, 0)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
