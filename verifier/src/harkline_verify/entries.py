"""The log's text entries: schema (entry 0), batch, claim, audit, notice. UTF-8, lines end in LF, each entry can be written in one way only.

``parse`` refuses whatever it would not itself have written, so that no two entries say the same.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from fractions import Fraction

from harkline_verify.checkpoints import number
from harkline_verify.errors import Refused
from harkline_verify.notes import Key, Note, Signer, b64, unb64

VERSION = "opencount/v1"
MOST_COLUMNS = 64
LEAST_BATCH = 16
CLASSES = ("E4", "E3", "E2", "E1", "E0")


def _text(kind: str, lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in (f"{VERSION} {kind}", *lines))


@dataclass(frozen=True)
class Column:
    """A published category: one word to name it, and the wording that operators classify by."""

    name: str
    wording: str


@dataclass(frozen=True)
class Schema:
    """Entry 0: what is counted and under which rules. ``rates`` maps a column to the share that is audited, as written (``0.25``).

    ``beacon`` is the hash of the drand chain (64 hex digits), ``slot`` the time of day (UTC) at which samples are drawn.
    """

    origin: str
    columns: tuple[Column, ...]
    rates: Mapping[int, str]
    min_cell: int
    beacon: str
    slot: time

    def encode(self) -> bytes:
        """Raises ValueError for what cannot be written: line ends in a wording, no column, a rate out of bounds."""
        lines = [f"origin {self.origin}"]
        lines += [f"column {at} {column.name} {column.wording}" for at, column in enumerate(self.columns)]
        lines += [f"rate {column} {rate}" for column, rate in sorted(self.rates.items())]
        lines += [f"min-cell {self.min_cell}", f"beacon {self.beacon}", f"slot {self.slot:%H:%M}"]
        data = _text("schema", lines).encode()
        if _schema(_Lines(data)) != self:
            raise ValueError("this schema cannot be written")
        return data

    def rate(self, column: int) -> Fraction | None:
        """The share of a column that is audited, exactly; None where no rate is given."""
        return Fraction(self.rates[column]) if column in self.rates else None


@dataclass(frozen=True)
class Batch:
    """The head of a day's entries: ``count`` contacts and decoys follow, a power of two and at least 16."""

    schema: str
    day: date
    count: int

    def encode(self) -> bytes:
        return _text("batch", [f"schema {self.schema}", f"day {self.day.isoformat()}", f"count {self.count}"]).encode()


@dataclass(frozen=True)
class Claim:
    """A published figure: a column's total over the batches whose heads are the entries ``first`` … ``last``.

    ``exactly``: the total is T (proof: 32 bytes). Otherwise: at least T (proof: a commitment and a bit proof for each bit).
    """

    schema: str
    column: int
    first: int
    last: int
    exactly: bool
    total: int
    proof: bytes

    def statement(self) -> bytes:
        """The lines before the proof, which the proof binds."""
        lines = [f"schema {self.schema}", f"column {self.column}", f"batches {self.first} {self.last}"]
        return _text("claim", [*lines, f"{'eq' if self.exactly else 'ge'} {self.total}"]).encode()

    def encode(self) -> bytes:
        return self.statement() + f"proof {b64(self.proof)}\n".encode()


@dataclass(frozen=True)
class Sample:
    """What an audit by lot opens: the drand round and its signature, the checkpoint whose quorum came before it (a signed note),
    how many leaves the lot selected, how many contacts are among them, and the sum of these leaves' blindings (32 bytes)."""

    round: int
    beacon: bytes
    checkpoint: bytes
    selected: int
    contacts: int
    opening: bytes


@dataclass(frozen=True)
class Audit:
    """An auditor's report on a claim (the claim's entry number), signed by them.

    ``classes`` counts what was inspected by class of evidence, E4 … E0; E0 (no evidence, or withheld) counts as not genuine.
    ``sample`` is None where the auditor inspected openings that the line picked.
    """

    schema: str
    claim: int
    classes: Mapping[str, int]
    key: Key
    sample: Sample | None = None

    @property
    def inspected(self) -> int:
        return sum(self.classes.values())

    @property
    def defects(self) -> int:
        """How many count as not genuine."""
        return self.classes["E0"]

    def text(self) -> str:
        """What the auditor signs."""
        lines = [f"schema {self.schema}", f"claim {self.claim}", *_sample_lines(self.sample)]
        lines += [f"{name} {self.classes[name]}" for name in CLASSES]
        return _text("audit", [*lines, f"key {self.key}"])

    def signed(self, signer: Signer) -> bytes:
        """The entry: the text as a note signed by the auditor. Raises ValueError for a signer other than ``key``."""
        if signer.key() != self.key:
            raise ValueError("this is not the key that the report names")
        return signer.sign(self.text()).encode()


def _sample_lines(sample: Sample | None) -> list[str]:
    if sample is None:
        return ["method inspect"]
    return [
        "method sample",
        f"round {sample.round}",
        f"beacon {sample.beacon.hex()}",
        f"checkpoint {b64(sample.checkpoint)}",
        f"selected {sample.selected}",
        f"contacts {sample.contacts}",
        f"opening {b64(sample.opening)}",
    ]


@dataclass(frozen=True)
class Notice:
    """A version of the line's notice was published, or revoked: its serial, and the SHA-256 of its signed text (64 hex digits)."""

    schema: str
    serial: int
    digest: str
    revoked: bool = False

    def encode(self) -> bytes:
        word = "revoked" if self.revoked else "published"
        return _text("notice", [f"schema {self.schema}", f"serial {self.serial}", f"{word} {self.digest}"]).encode()


Entry = Schema | Batch | Claim | Audit | Notice


class _Lines:
    """The lines of an entry, taken one after the other."""

    def __init__(self, data: bytes) -> None:
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise Refused("an entry that is neither a contact nor text") from error
        if not text.endswith("\n") or any(ord(char) < 32 and char != "\n" for char in text):
            raise Refused("an entry whose text has control characters, or no newline at its end")
        self.lines = text[:-1].split("\n")
        self.at = 0

    def next_is(self, word: str) -> bool:
        return self.at < len(self.lines) and self.lines[self.at].startswith(f"{word} ")

    def take(self, word: str) -> str:
        if not self.next_is(word):
            raise Refused(f"an entry without its line “{word}”")
        self.at += 1
        return self.lines[self.at - 1][len(word) + 1 :]

    def end(self) -> None:
        if self.at != len(self.lines):
            raise Refused("an entry with lines that do not belong in it")


def parse(data: bytes) -> Entry:
    """The text entry in these bytes; an audit's signature is verified. Raises Refused for anything else, contacts too."""
    kind = data[: data.find(b"\n") + 1]
    read: Callable[[bytes], Entry] | None = _KINDS.get(kind)
    if read is None:
        raise Refused("an entry of a kind that is not known")
    return read(data)


def _written_so(data: bytes, entry: Schema | Batch | Claim | Notice) -> None:
    if entry.encode() != data:
        raise Refused("an entry that is not written in the one way it can be")


def _read_schema(data: bytes) -> Schema:
    schema = _schema(_Lines(data))
    _written_so(data, schema)
    return schema


def _schema(lines: _Lines) -> Schema:
    lines.take(VERSION)
    origin = lines.take("origin")
    columns: list[Column] = []
    while lines.next_is("column"):
        columns.append(_column(lines.take("column"), len(columns)))
    rates: dict[int, str] = {}
    while lines.next_is("rate"):
        column, rate = _rate(lines.take("rate"), len(columns))
        rates[column] = rate
    if not origin or not 0 < len(columns) <= MOST_COLUMNS:
        raise Refused(f"a schema has an origin and 1 to {MOST_COLUMNS} columns")
    schema = Schema(origin, tuple(columns), rates, number(lines.take("min-cell")), _chain(lines), _slot(lines))
    lines.end()
    return schema


def _column(text: str, at: int) -> Column:
    match = re.fullmatch(r"([0-9]+) ([a-z][a-z0-9-]*) ([^ ].*)", text)
    if match is None or match[1] != str(at):
        raise Refused("a column is written: column <number> <word> <wording>")
    return Column(match[2], match[3])


def _rate(text: str, columns: int) -> tuple[int, str]:
    match = re.fullmatch(r"([0-9]+) (0\.[0-9]{0,8}[1-9]|1)", text)
    if match is None or number(match[1]) >= columns:
        raise Refused("a rate is written: rate <column> <1, or 0.…>")
    return int(match[1]), match[2]


def _chain(lines: _Lines) -> str:
    chain = lines.take("beacon")
    if re.fullmatch(r"[0-9a-f]{64}", chain) is None:
        raise Refused("a beacon is named by the 64 hex digits of its chain")
    return chain


def _slot(lines: _Lines) -> time:
    match = re.fullmatch(r"([01][0-9]|2[0-3]):([0-5][0-9])", lines.take("slot"))
    if match is None:
        raise Refused("a slot is a time of day: 06:00")
    return time(int(match[1]), int(match[2]))


def _hash(lines: _Lines, word: str = "schema") -> str:
    value = lines.take(word)
    if re.fullmatch(r"[0-9a-f]{64}", value) is None:
        raise Refused(f"“{word}” is followed by 64 hex digits")
    return value


def _read_batch(data: bytes) -> Batch:
    lines = _Lines(data)
    lines.take(VERSION)
    schema, day, count = _hash(lines), _day(lines.take("day")), number(lines.take("count"))
    lines.end()
    if count < LEAST_BATCH or count & (count - 1):
        raise Refused(f"a batch has a power of two of entries, and at least {LEAST_BATCH}")
    batch = Batch(schema, day, count)
    _written_so(data, batch)
    return batch


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refused("a day is written 2026-11-22") from error


def _read_claim(data: bytes) -> Claim:
    lines = _Lines(data)
    lines.take(VERSION)
    schema, column = _hash(lines), number(lines.take("column"))
    first, last = _two(lines.take("batches"))
    exactly = lines.next_is("eq")
    total = number(lines.take("eq" if exactly else "ge"))
    claim = Claim(schema, column, first, last, exactly, total, unb64(lines.take("proof")))
    lines.end()
    _written_so(data, claim)
    return claim


def _two(text: str) -> tuple[int, int]:
    first, _space, last = text.partition(" ")
    return number(first), number(last)


def _read_audit(data: bytes) -> Audit:
    note = Note.parse(data)
    audit = _audit(_Lines(note.text.encode()))
    if len(note.signatures) != 1 or audit.key not in note.verified([audit.key]):
        raise Refused("an audit that is not signed by the key it names, and by it alone")
    if audit.text() != note.text:
        raise Refused("an entry that is not written in the one way it can be")
    return audit


def _audit(lines: _Lines) -> Audit:
    lines.take(VERSION)
    schema, claim, method = _hash(lines), number(lines.take("claim")), lines.take("method")
    if method not in ("inspect", "sample"):
        raise Refused("an audit inspects or samples")
    sample = _sample(lines) if method == "sample" else None
    classes = {name: number(lines.take(name)) for name in CLASSES}
    audit = Audit(schema, claim, classes, Key.parse(lines.take("key")), sample)
    lines.end()
    return audit


def _sample(lines: _Lines) -> Sample:
    drawn, beacon = number(lines.take("round")), _hex(lines.take("beacon"))
    checkpoint, selected = unb64(lines.take("checkpoint")), number(lines.take("selected"))
    return Sample(drawn, beacon, checkpoint, selected, number(lines.take("contacts")), unb64(lines.take("opening")))


def _read_notice(data: bytes) -> Notice:
    lines = _Lines(data)
    lines.take(VERSION)
    schema, serial, revoked = _hash(lines), number(lines.take("serial")), lines.next_is("revoked")
    notice = Notice(schema, serial, _hash(lines, "revoked" if revoked else "published"), revoked)
    lines.end()
    if not serial:
        raise Refused("notices are numbered from 1")
    _written_so(data, notice)
    return notice


def _hex(text: str) -> bytes:
    if re.fullmatch(r"([0-9a-f]{2})+", text) is None:
        raise Refused("not hex digits")
    return bytes.fromhex(text)


_KINDS: dict[bytes, Callable[[bytes], Entry]] = {
    f"{VERSION} schema\n".encode(): _read_schema,
    f"{VERSION} batch\n".encode(): _read_batch,
    f"{VERSION} claim\n".encode(): _read_claim,
    f"{VERSION} audit\n".encode(): _read_audit,
    f"{VERSION} notice\n".encode(): _read_notice,
}
