"""A line that publishes a small log into a folder, honestly unless a test bends it."""

import secrets
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from harkline_verify import claims, contact, entries, group, receipts, sampling, tiles, tree
from harkline_verify.checkpoints import Checkpoint
from harkline_verify.notes import COSIGNATURE, Signer
from harkline_verify.policy import Policy
from harkline_verify.source import Folder
from harkline_verify.verify import Wishes, verify

ORIGIN = "line.example/count"
FIRST = date(2026, 11, 2)
CLASSES = {"E4": 0, "E3": 0, "E2": 0, "E1": 0, "E0": 0}


def noon(day):
    return int(datetime.combine(day, time(12), UTC).timestamp())


class Line:
    """A hotline with two columns, three outside witnesses of whom two are a quorum, and an auditor."""

    def __init__(self, folder: Path, origin=ORIGIN):
        self.folder = folder
        self.signer, self.auditor = Signer.generate(origin), Signer.generate("auditor.example")
        self.watchers = [Signer.generate(f"{name}.example/witness") for name in ("paper", "clinic", "union")]
        lines = "".join(f"witness {one.name.split('.')[0]} {one.key(COSIGNATURE)}\n" for one in self.watchers)
        self.policy = Policy.parse(
            f"log {self.signer.key()}\n{lines}group two 2 paper clinic union\nquorum two\n".encode()
        )
        columns = (
            entries.Column("contact", "Somebody reached the line"),
            entries.Column("public", "They said they work for a public body"),
        )
        self.schema = entries.Schema(origin, columns, {0: "0.25", 1: "1"}, 10, "0" * 64, time(6))
        self.hash = sha256(self.schema.encode()).digest()
        self.entries: list[bytes] = [self.schema.encode()]
        self.opened: dict[int, tuple[list[int], list[int]]] = {}
        self.heads: list[tuple[int, int]] = []
        self.codes: list[str] = []

    def add(self, entry: bytes) -> int:
        self.entries.append(entry)
        return len(self.entries) - 1

    def day(self, reached: int, public: int = 0, count: int = 16, on: date | None = None) -> int:
        """A day on which so many reached the line, of whom so many work for a public body."""
        values = [[1, int(number < public)] for number in range(reached)] + [[0, 0]] * (count - reached)
        codes: list[str] = []
        for _one in values:
            codes.append(receipts.make(None, codes))
        self.codes += codes[:reached]
        day = on or FIRST + timedelta(len(self.heads))
        head = self.add(entries.Batch(self.hash.hex(), day, count).encode())
        for code, row in sorted(zip(codes, values, strict=True)):
            data, blindings = contact.make(self.hash, code, secrets.token_bytes(32), row)
            self.opened[self.add(data)] = (row, blindings)
        self.heads.append((head, count))
        return head

    def window(self, first: int, last: int) -> list[int]:
        return [number for head, count in self.heads[first : last + 1] for number in range(head + 1, head + 1 + count)]

    def total(self, column: int, numbers: list[int]) -> tuple[int, int]:
        """(how many count, sum of the blindings)"""
        return (
            sum(self.opened[number][0][column] for number in numbers),
            sum(self.opened[number][1][column] for number in numbers) % group.Q,
        )

    def exactly(self, column: int, first: int, last: int) -> int:
        total, blinding = self.total(column, self.window(first, last))
        span = (self.heads[first][0], self.heads[last][0])
        return self.add(claims.make_exactly(self.hash.hex(), column, *span, total, blinding).encode())

    def at_least(self, least: int, column: int, first: int, last: int) -> int:
        leaves = self.window(first, last)
        span = (self.heads[first][0], self.heads[last][0])
        made = claims.make_at_least(self.hash.hex(), column, *span, least, *self.total(column, leaves), len(leaves))
        return self.add(made.encode())

    def notice(self, serial: int, *, revoked: bool = False) -> int:
        return self.published_notice(serial, sha256(b"notice %d" % serial).hexdigest(), revoked=revoked)

    def published_notice(self, serial: int, digest: str, *, revoked: bool = False) -> int:
        return self.add(entries.Notice(self.hash.hex(), serial, digest, revoked).encode())

    def inspected(self, claim: int, **classes: int) -> int:
        audit = entries.Audit(self.hash.hex(), claim, {**CLASSES, **classes}, self.auditor.key())
        return self.add(audit.signed(self.auditor))

    def drawn(self, claim: int, when: int, beacon: bytes = b"\7" * 48, **classes: int) -> int:
        """An audit by lot of a claim, after publishing what is there; whatever is not named has the line's own notes."""
        note = self.publish(when)
        figure = entries.parse(self.entries[claim])
        rate, lot = self.schema.rate(figure.column), sampling.randomness(beacon)
        first, last = ([head for head, _count in self.heads].index(head) for head in (figure.first, figure.last))
        chosen = [
            number
            for number in self.window(first, last)
            if sampling.selected(self.hash, figure.column, rate, lot, tree.leaf_hash(self.entries[number]))
        ]
        count, blinding = self.total(figure.column, chosen)
        drawn = sampling.round_for(when + 1, self.schema)
        sample = entries.Sample(drawn, beacon, note.encode(), len(chosen), count, group.scalar_to_bytes(blinding))
        rest = count - sum(classes.values())
        audit = entries.Audit(self.hash.hex(), claim, {**CLASSES, **classes, "E1": rest}, self.auditor.key(), sample)
        return self.add(audit.signed(self.auditor))

    def publish(self, when: int | None = None, witnesses: int = 2) -> str:
        """Write everything into the folder; the witnesses cosign one second after the other."""
        grown = tree.Tree()
        for entry in self.entries:
            grown.append(tree.leaf_hash(entry))
        for path, data in tiles.grown(grown, 0, self.entries):
            (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / path).write_bytes(data)
        text = Checkpoint(self.schema.origin, len(grown), grown.root()).text()
        moment = when if when is not None else noon(FIRST + timedelta(len(self.heads)))
        cosigned = (one.cosign(text, moment + at) for at, one in enumerate(self.watchers[:witnesses]))
        note = self.signer.sign(text) + "".join(cosigned)
        (self.folder / "checkpoint").write_text(note)
        (self.folder / "policy").write_bytes(self.policy.text)
        return note

    def verified(self, **wishes):
        """Publish, and verify as a reader does."""
        self.publish()
        return verify(Folder(self.folder), self.policy, Wishes(**wishes))

    def other(self, folder: Path) -> "Line":
        """The same line, as it could show itself to somebody else."""
        made = object.__new__(Line)
        made.__dict__ = {**self.__dict__, "folder": folder, "entries": list(self.entries), "heads": list(self.heads)}
        made.opened, made.codes = dict(self.opened), list(self.codes)
        return made

    def bend(self, number: int, **changes) -> None:
        """Put something else in the place of a claim."""
        self.entries[number] = replace(entries.parse(self.entries[number]), **changes).encode()


@pytest.fixture(scope="session")
def new_line() -> type[Line]:
    """Makes lines, for fixtures of a wider scope."""
    return Line


@pytest.fixture
def line(tmp_path: Path) -> Line:
    return Line(tmp_path / "log")


@pytest.fixture(scope="session")
def counted(tmp_path_factory) -> Line:
    """Eight days, an exact figure and one "at least", both audited. Not to be changed: take ``other``."""
    made = Line(tmp_path_factory.mktemp("counted"))
    for number in range(8):
        made.day(12, 3 + number % 2)
    exact = made.exactly(0, 0, 7)
    least = made.at_least(21, 1, 0, 6)
    made.inspected(least, E3=5, E2=10, E1=6)
    made.drawn(exact, noon(FIRST + timedelta(8)), E2=3, E0=1)
    made.publish()
    return made
