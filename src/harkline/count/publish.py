"""The log as files: tiles, then the checkpoint that names them. What is served is these files, byte for byte.

Every step writes whole files and may be repeated: entries are fixed once they are committed, tiles and signatures follow from them
alone (Ed25519 draws nothing). A crash between two steps leaves files that no checkpoint names yet; the next round writes them again.
There is no other recovery.

Two files hold a checkpoint. ``latest`` is what the line says; ``checkpoint`` is the last one that a quorum of witnesses confirmed.
``latest`` is also the line's own memory of what it has signed, outside the database: a database that was put back from a backup
falls short of it, and the log stops rather than say something else than before.
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from harkline.count import policy, signing
from harkline.count.models import Cosignature, Leaf, Log, Shown
from harkline.runtime import clock
from harkline_verify import tiles, tree
from harkline_verify.checkpoints import Checkpoint
from harkline_verify.notes import Note
from harkline_verify.policy import Policy as Trust

LATEST, CHECKPOINT, TRUST = "latest", "checkpoint", "policy"
BEHIND, FORK = "behind", "fork"  # why a log stops


@dataclass
class Grown:
    """The hashes of a log's tree: up to ``old`` entries out of the tiles on disk, behind them out of ``leaves``."""

    old: int
    leaves: Sequence[bytes]  # the hashes of what came after
    folder: Path
    _known: dict[tuple[int, int], bytes] = field(default_factory=dict)
    _files: dict[str, bytes] = field(default_factory=dict)

    def subtree(self, level: int, index: int) -> bytes:
        """See ``tree.Subtrees``."""
        if (index + 1) << level <= self.old:
            return tiles.Tiles(self.old, self._read).subtree(level, index)
        if level == 0:
            return self.leaves[index - self.old]
        if (level, index) not in self._known:
            pair = (self.subtree(level - 1, 2 * index), self.subtree(level - 1, 2 * index + 1))
            self._known[level, index] = tree.node_hash(*pair)
        return self._known[level, index]

    def _read(self, path: str) -> bytes:
        if path not in self._files:
            self._files[path] = (self.folder / path).read_bytes()
        return self._files[path]


def trust() -> str:
    """The policy file (C2SP tlog-policy) that readers are given: this log, its witnesses, how many of them it takes."""
    now = policy.present()
    names = [one.name for one in now.witnesses]
    rows = [f"log {signing.key()}"]
    rows += [f"witness {one.name} {one.key} {one.url}" for one in now.witnesses]
    rows += [f"group outside {quorum()} {' '.join(names)}", "quorum outside"] if names else ["quorum none"]
    return "\n".join(rows) + "\n"


def quorum() -> int:
    """How many witnesses it takes: as the settings say, else all but one, and both of two."""
    now = policy.present()
    number = len(now.witnesses)
    return now.quorum or (number if number < 3 else number - 1)


def fingerprint() -> str:
    """Of the policy file: what a reader has to get from somebody they trust."""
    return Trust.parse(trust().encode()).fingerprint


def noted(name: str) -> Checkpoint | None:
    """The checkpoint in one of the two files; None where there is none."""
    path = policy.present().served / name
    return Checkpoint.parse(Note.parse(path.read_bytes()).text) if path.is_file() else None


def stop(word: str) -> None:
    """Append nothing any more until somebody has looked. The first reason stands."""
    Log.objects.filter(pk=1, stopped="").update(stopped=word, stopped_at=clock.now())


def hashes(start: int, size: int) -> list[bytes]:
    """The leaf hashes of committed entries, in order."""
    rows = Leaf.objects.filter(index__gte=start, index__lt=size).order_by("index").values_list("data", flat=True)
    return [tree.leaf_hash(bytes(data)) for data in rows.iterator(chunk_size=2000)]


def grown(log: Log) -> Grown | None:
    """The tree over everything that is committed; None, and the log stops, where it does not begin with what was signed before."""
    before = noted(LATEST)
    folder = policy.present().served
    if before is None or not _whole(before.size):
        # Nothing is there, or somebody took files away: everything is written anew, and signed only if it is the same.
        trees = Grown(0, hashes(0, log.size), folder)
    else:
        trees = Grown(before.size, hashes(before.size, log.size), folder)
    if before is None:
        return trees
    if before.size > log.size:
        stop(BEHIND)
        return None
    if tree.root(trees, before.size) != before.root:
        stop(FORK)
        return None
    return trees


def _whole(size: int) -> bool:
    """Whether the tiles on which a tree of this size stands are all there."""
    folder = policy.present().served
    return all(
        (folder / tiles.path(level, at, width)).is_file()
        for level in tiles.levels(size)
        for at, width in tiles.widths(size, level)
    )


def write(log: Log) -> Checkpoint | None:
    """Write the tiles of what is committed, then ``latest``. Returns its checkpoint; None where nothing may be signed."""
    trees = grown(log)
    if trees is None or log.size == 0:
        return None
    folder = policy.present().served
    kept = trees.old // tiles.WIDTH * tiles.WIDTH
    rows = Leaf.objects.filter(index__gte=kept, index__lt=log.size).order_by("index").values_list("data", flat=True)
    entries = [bytes(data) for data in rows.iterator(chunk_size=2000)]
    last = trees.old - kept
    for path, data in tiles.grown(trees, trees.old, entries[last:], entries[:last]):
        put(folder / path, data)
    # A crash up to here leaves tiles that nobody is pointed to.
    now = Checkpoint(log.origin, log.size, tree.root(trees, log.size))
    put(folder / TRUST, trust().encode())
    put(folder / LATEST, signing.signer().sign(now.text()).encode())
    return now


def proof(log: Log, old: int) -> list[bytes]:
    """That the tree which ``latest`` names begins with the one of ``old`` entries. Raises ValueError if it is smaller."""
    now = noted(LATEST)
    size = now.size if now else 0
    return tree.consistency(Grown(size, [], policy.present().served), old, size)


def show(log: Log) -> bool:
    """Put ``checkpoint`` in place where a quorum has confirmed ``latest``, or where nothing was shown before. True if it is shown
    now. A crash before the row is updated is made good by the next round: the file is what counts."""
    now = noted(LATEST)
    if now is None:
        return False
    folder = policy.present().served
    lines = list(_lines(now.size))
    note = (folder / LATEST).read_text(encoding="utf-8") + "".join(line for _name, line in lines)
    reached = Trust.parse(trust().encode()).reached({name for name, _line in lines})
    path = folder / CHECKPOINT
    if (reached or not path.exists()) and (not path.exists() or path.read_text(encoding="utf-8") != note):
        put(path, note.encode())
    if reached:
        _keep(now.size, note)
    shown = noted(CHECKPOINT)
    if shown and log.published != shown.size:
        Log.objects.filter(pk=1).update(published=shown.size, published_at=clock.now())
    return reached


def _keep(size: int, note: str) -> None:
    """Remember when a quorum first confirmed it: samples are drawn by the first slot an hour after that."""
    when = Trust.parse(trust().encode())
    at = when.quorum_time(when.verify(note).times)
    if at is not None:
        moment = datetime.fromtimestamp(at, UTC)
        Shown.objects.get_or_create(size=size, defaults={"note": note, "quorum_at": moment})


def _lines(size: int) -> Iterable[tuple[str, str]]:
    named = {one.name for one in policy.present().witnesses}
    rows = Cosignature.objects.filter(size=size, witness__in=named).exclude(line="").order_by("witness")
    return rows.values_list("witness", "line")


def put(path: Path, data: bytes) -> None:
    """Write a file whole, or not at all. One that says the same already is left alone. Two processes may do it at once: each has a
    name of its own until it is whole. A crash leaves one such name, which is served to nobody."""
    if path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    with fresh.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
