"""A witness (C2SP tlog-witness): confirms that a log only ever grew. For a newspaper or an NGO; needs no line and no database.

Its folder holds ``witness.key`` (32 bytes, 0600), ``logs`` (a verifier key a line) and, for each log, the last checkpoint that it
confirmed. That is written and on the disk before the confirmation is given: a crash between the two forgets a confirmation that
nobody has received, and the log asks again.

What a thief of the key gains: confirming in the witness's name whatever they like. What somebody who puts an old folder back gains:
a second history that this witness confirms as well.
"""

import fcntl
import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from harkline_verify import tree
from harkline_verify.checkpoints import Checkpoint, number
from harkline_verify.errors import Refused
from harkline_verify.notes import COSIGNATURE, SIGNATURE, Key, Note, Signer, b64, unb64

KEY, LOGS, NAME = "witness.key", "logs", "name"
MOST_PROOF = 63
MOST_BYTES = 64 * 1024
SIZE = "text/x.tlog.size"
_HEAD = re.compile(r"old (0|[1-9][0-9]{0,17})\n((?:[A-Za-z0-9+/]{43}=\n)*)\n(.+)", re.DOTALL)


@dataclass(frozen=True)
class Answer:
    """Status, body, media type."""

    status: int
    body: str = ""
    kind: str = "text/plain; charset=utf-8"


class Witness:
    """One witness on its folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.signer = Signer.from_seed((folder / NAME).read_text().strip(), (folder / KEY).read_bytes())
        self._one = Lock()

    @classmethod
    def make(cls, folder: Path, name: str) -> "Witness":
        """A new witness in an empty folder. Raises FileExistsError, and Refused for a name that cannot stand in a key."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        Signer.generate(name)
        handle = os.open(folder / KEY, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(32))
            file.flush()
            os.fsync(file.fileno())
        _put(folder / LOGS, "")
        _put(folder / NAME, f"{name}\n")
        return cls(folder)

    @property
    def key(self) -> Key:
        """What a log is told."""
        return self.signer.key(COSIGNATURE)

    def logs(self) -> list[Key]:
        """The logs that it confirms."""
        return [Key.parse(line) for line in (self.folder / LOGS).read_text().splitlines() if line.strip()]

    def add(self, text: str) -> Key:
        """Confirm this log from now on. Raises Refused for what is no log's key."""
        key = Key.parse(text.strip())
        if key.kind != SIGNATURE:
            raise Refused("a log signs with a key of kind 0x01")
        with self._alone():
            known = [str(one) for one in self.logs()]
            if str(key) not in known:
                _put(self.folder / LOGS, "".join(f"{one}\n" for one in [*known, str(key)]))
        return key

    def latest(self, origin: str) -> str:
        """The last note of a log that it confirmed, with its cosignature; empty where there is none."""
        path = self._of(origin)
        return path.read_text(encoding="utf-8") if path.is_file() else ""

    def latest_by_hash(self, name: str) -> str:
        """The same by the SHA-256 of the origin, in hexadecimal."""
        for key in self.logs():
            if hashlib.sha256(key.name.encode()).hexdigest() == name:
                return self.latest(key.name)
        return ""

    def add_checkpoint(self, body: bytes, time: int) -> Answer:
        """Answer a request at a time in POSIX seconds: 200 with a cosignature, or 400, 403, 404, 409, 422 as the protocol has it."""
        try:
            old, proof, note = _read(body)
            checkpoint = Checkpoint.parse(note.text)
        except Refused as why:
            return Answer(400, f"{why}\n")
        keys = [key for key in self.logs() if key.name == checkpoint.origin]
        if not keys:
            return Answer(404, "this log is not known here\n")
        try:
            if not note.verified(keys):
                raise Refused("no signature of a known key")
        except Refused:
            return Answer(403, "not signed by the key that is known of this log\n")
        if old > checkpoint.size:
            return Answer(400, "the old size is larger than the checkpoint\n")
        with self._alone():
            return self._confirm(old, proof, note, checkpoint, time)

    def _confirm(self, old: int, proof: list[bytes], note: Note, now: Checkpoint, time: int) -> Answer:
        """Looking and writing are one step: nobody else confirms meanwhile."""
        before = self.latest(now.origin)
        known = Checkpoint.parse(Note.parse(before).text) if before else Checkpoint(now.origin, 0, tree.EMPTY)
        if old != known.size or (old == now.size and known.root != now.root):
            return Answer(409, f"{known.size}\n", SIZE)
        if not tree.consistent(old, now.size, known.root, now.root, proof):
            return Answer(422, "this does not grow out of what was confirmed before\n")
        line = self.signer.cosign(note.text, time)
        _put(self._of(now.origin), f"{note.text}\n{_lines(note, now.origin)}{line}")
        return Answer(200, line)

    def _of(self, origin: str) -> Path:
        return self.folder / f"{hashlib.sha256(origin.encode()).hexdigest()}.checkpoint"

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Nobody else reads and writes meanwhile, in this process or another."""
        with self._one, (self.folder / LOGS).open("rb") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            yield


def _read(body: bytes) -> tuple[int, list[bytes], Note]:
    try:
        found = _HEAD.fullmatch(body.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise Refused("not UTF-8") from error
    if found is None:
        raise Refused("not a request: old size, proof, an empty line, a checkpoint")
    proof = [unb64(line) for line in found[2].splitlines()]
    if len(proof) > MOST_PROOF:
        raise Refused("more than 63 hashes of a proof")
    return number(found[1]), proof, Note.parse(found[3])


def _lines(note: Note, origin: str) -> str:
    """The log's own signatures again, as they came."""
    return "".join(f"— {one.name} {b64(one.id + one.data)}\n" for one in note.signatures if one.name == origin)


def _put(path: Path, text: str) -> None:
    fresh = path.with_name(path.name + ".new")
    with fresh.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
