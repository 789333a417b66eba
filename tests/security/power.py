"""Power cuts without pulling the plug: what a server wrote and synced is recorded by strace, then played back up to any moment.

Up to its last fsync a file is what was written. Of what was written since, a disk that loses power has kept any part, in any
order, down to single sectors of 512 bytes: each pending write is kept, dropped or torn at random.
"""

import random
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

SECTOR = 512
CALLS = "pwrite64,write,fsync,fdatasync,ftruncate,unlink"
STRACE = ["strace", "-f", "-ttt", "-y", "-xx", "-s", "300000", "-e", f"trace={CALLS}"]


@dataclass(frozen=True)
class Step:
    """One call on a file: ``write`` (data at), ``truncate`` (at), ``sync`` or ``unlink``; ``when`` in seconds of the clock."""

    when: float
    name: str
    what: str
    data: bytes = b""
    at: int = 0


START = re.compile(r"^(\d+) +(\d+\.\d+) (\w+)\((.*)$")
ENDED = re.compile(r"^(\d+) +\d+\.\d+ <\.\.\. \w+ resumed>.* = (-?\d+)")
HEX = re.compile(r"\\x([0-9a-f]{2})")


def plain(text: str) -> bytes:
    """``\\x61\\x62`` as bytes."""
    return bytes.fromhex("".join(HEX.findall(text)))


def steps(trace: Path, folder: Path) -> Iterator[Step]:
    """Every call of the trace that touched a file of the folder, in the order in which the calls ended."""
    begun: dict[str, tuple[float, str, str]] = {}
    with trace.open() as lines:
        for line in lines:
            if found := START.match(line):
                process, when, call, rest = found.groups()
                if "<unfinished" in rest:
                    begun[process] = (float(when), call, rest)
                elif step := _step(float(when), call, rest, folder):
                    yield step
            elif (found := ENDED.match(line)) and found[1] in begun:
                when_begun, call, rest = begun.pop(found[1])
                if int(found[2]) >= 0 and (step := _step(when_begun, call, rest, folder)):
                    yield step


def _step(when: float, call: str, rest: str, folder: Path) -> Step | None:
    quoted = re.match(r'"([^"]*)"|\d+<([^>]*)>', rest)
    if not quoted:
        return None
    path = quoted[1] or quoted[2]
    name = Path(plain(path).decode(errors="replace") if "\\x" in path else path)
    if name.parent != folder or not name.name.startswith("harkline.sqlite3") or name.name.endswith("-shm"):
        return None
    if call == "pwrite64":
        data = re.search(r'"([^"]*)", \d+, (\d+)', rest)
        assert data, rest[:200]
        return Step(when, name.name, "write", plain(data[1]), int(data[2]))
    if call == "ftruncate":
        return Step(when, name.name, "truncate", at=int(re.findall(r", (\d+)\)?", rest)[0]))
    return Step(when, name.name, {"unlink": "unlink"}.get(call, "sync")) if call != "write" else None


@dataclass
class Disk:
    """The files as they lie safe, and what has been asked of them since."""

    safe: dict[str, bytearray] = field(default_factory=dict)
    pending: dict[str, list[Step]] = field(default_factory=dict)

    def take(self, step: Step) -> None:
        """Go one step on."""
        if step.what == "sync":
            image = self.safe.setdefault(step.name, bytearray())
            for one in self.pending.pop(step.name, []):
                apply(image, one)
        elif step.what == "unlink":
            self.safe.pop(step.name, None)
            self.pending.pop(step.name, None)
        else:
            self.pending.setdefault(step.name, []).append(step)

    def after_a_cut(self, rng: random.Random, keep_synced: bool = True) -> dict[str, bytes]:
        """The files as they may be found. Without ``keep_synced`` nothing pending survives: for the harness's own proof."""
        found = {}
        for name in {*self.safe, *self.pending}:
            image = bytearray(self.safe.get(name, b""))
            for step in self.pending.get(name, []) if keep_synced else []:
                fate = rng.randrange(3)
                if fate == 1:
                    apply(image, step)
                elif fate == 2:
                    _torn(image, step, rng)
            found[name] = bytes(image)
        return found


def apply(image: bytearray, step: Step) -> None:
    """Do to the file what the step asked."""
    if step.what == "truncate":
        del image[step.at :]
        image.extend(bytes(step.at - len(image)))
        return
    if len(image) < step.at:
        image.extend(bytes(step.at - len(image)))
    image[step.at : step.at + len(step.data)] = step.data


def _torn(image: bytearray, step: Step, rng: random.Random) -> None:
    for at in range(0, len(step.data), SECTOR):
        if rng.random() < 0.5:
            apply(image, Step(step.when, step.name, "write", step.data[at : at + SECTOR], step.at + at))


@dataclass(frozen=True)
class Found:
    """What a restart would find."""

    whole: bool
    contacts: int


def restart(files: dict[str, bytes], folder: Path) -> Found:
    """Open the database that the cut left, and count the contacts whose words are all there: a chunk and the team's wrap."""
    for name in ("harkline.sqlite3", "harkline.sqlite3-wal", "harkline.sqlite3-shm"):
        (folder / name).unlink(missing_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    base = sqlite3.connect(folder / "harkline.sqlite3")
    try:
        whole = base.execute("PRAGMA quick_check").fetchone()[0] == "ok"
        kept = """SELECT count(DISTINCT o.contact_id) FROM intake_sealedobject o
            JOIN intake_chunk c ON c.object_id = o.id JOIN intake_wrap w ON w.object_id = o.id
            WHERE w.recipient LIKE 'team:%' AND o.purpose IN ('message', 'original')"""
        return Found(whole, int(base.execute(kept).fetchone()[0]))
    except sqlite3.DatabaseError:
        return Found(False, 0)
    finally:
        base.close()
