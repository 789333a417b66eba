"""What ``kill -9`` at any step of sequencing leaves: the log never forks, loses nobody who was told a receipt, and goes on by itself."""

import random
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.harness import ROOT, outside

from harkline.count.witness import Witness
from harkline.count.witness_server import listening
from harkline_verify import tiles, tree
from harkline_verify.checkpoints import Checkpoint
from harkline_verify.notes import Note

STEPS = 60  # more than a round has


@dataclass
class Outcome:
    """``seen``: sizes of the checkpoints that were shown, each of which was held against the one before it."""

    kills: int = 0
    finished: int = 0
    seen: int = 0
    forks: int = 0
    told: int = 0
    lost: int = 0
    twice: int = 0


class Counted:
    """A line's folder, its two witnesses on loopback, and a reader who remembers."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "line"
        self.witnesses = [Witness.make(folder / name, f"{name}.example/witness") for name in ("news", "clinic")]
        self.servers = [listening(one, "127.0.0.1", 0) for one in self.witnesses]
        self.before: tuple[int, bytes] | None = None

    @contextmanager
    def open(self) -> Iterator[None]:
        for one in self.servers:
            threading.Thread(target=one.serve_forever, daemon=True).start()
        try:
            self._init()
            yield
        finally:
            for one in self.servers:
                one.shutdown()
                one.server_close()

    def _init(self) -> None:
        run("-m", "harkline.server.command", "init", "--name", "Open Door", "--data", str(self.data))
        rows = ['[count]\norigin = "line.example/count"\n']
        for one, server in zip(self.witnesses, self.servers, strict=True):
            url = f"http://127.0.0.1:{server.server_address[1]}"
            rows.append(f'[[witness]]\nverifier_key = "{one.key}"\nurl = "{url}"\n')
        (self.data / "harkline.toml").write_text("\n".join(rows))
        self.inside("begin")
        key = next(word for word in self.command("count", "status").split() if word.startswith("line.example/count+"))
        for one in self.witnesses:
            one.add(key)

    def command(self, *words: str) -> str:
        return run("-m", "harkline.server.command", *words, "--data", str(self.data), code=None)

    def inside(self, *words: str) -> str:
        """See ``tests/counting_inside.py``."""
        return run(str(ROOT / "tests" / "counting_inside.py"), str(self.data), *words).strip()

    def round(self, day: int, dies: int) -> bool:
        """True where it lived to the end."""
        words = [sys.executable, str(ROOT / "tests" / "counting.py"), str(self.data), str(day), str(dies)]
        ended = subprocess.run(words, capture_output=True, text=True, env=outside(), timeout=300, check=False)
        assert ended.returncode in (0, -9), ended.stderr
        return ended.returncode == 0

    def looked_at(self) -> int:
        """Read what is shown, as a stranger: its tiles are whole, and it grew out of what was shown before. Returns forks."""
        path = self.data / "count" / "checkpoint"
        if not path.exists():
            return 0
        now = Checkpoint.parse(Note.parse(path.read_bytes()).text)
        trees = tiles.Tiles(now.size, lambda name: (self.data / "count" / name).read_bytes())
        forks = int(tree.root(trees, now.size) != now.root)
        if self.before and (self.before[0] > now.size or tree.root(trees, self.before[0]) != self.before[1]):
            forks += 1
        self.before = now.size, now.root
        return forks


def run(*words: str, code: int | None = 0) -> str:
    ended = subprocess.run(
        [sys.executable, *words], capture_output=True, text=True, env=outside(), timeout=300, check=False
    )
    assert code is None or ended.returncode == code, ended.stdout + ended.stderr
    return ended.stdout


def kill_often(folder: Path, kills: int, rng: random.Random) -> Outcome:
    """Every day somebody is told a receipt; then rounds die until one lives, and the next day begins."""
    line, outcome, told = Counted(folder), Outcome(), []
    with line.open():
        day = 0
        while outcome.kills < kills:
            told.append(line.inside("told", str(day), uuid.uuid4().hex))
            day += 1
            for _round in range(6):
                if outcome.kills >= kills:
                    break
                lived = line.round(day, rng.randint(1, STEPS))
                outcome.kills += not lived
                outcome.forks += line.looked_at()
                if lived:
                    break
            assert line.round(day, 0)
            outcome.finished += 1
            outcome.forks += line.looked_at()
        entered = line.inside("entered").split()
        outcome.seen, outcome.told = outcome.finished, len(told)
        outcome.lost = sum(code not in entered for code in told)
        outcome.twice = len(entered) - len(set(entered))
        assert "STOPPED" not in line.command("count", "status")
    return outcome
