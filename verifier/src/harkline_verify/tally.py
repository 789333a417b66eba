"""The log's entries, one after the other: schema, batches, claims, audits, notices. Contacts go out to be checked, sums come back."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from harkline_verify import contact, entries, group, receipts
from harkline_verify.entries import Audit, Batch, Claim, Notice, Schema
from harkline_verify.errors import Refused
from harkline_verify.report import Listed, Report
from harkline_verify.workers import Checked, Piece


class Checker(Protocol):
    """Whoever checks pieces: in this process or in others."""

    def submit(self, schema_hash: bytes, columns: int, piece: Piece) -> Iterator[Checked]:
        """Take a piece; yields results that are ready, in order."""

    def rest(self) -> Iterator[Checked]:
        """Every result that is still out."""


@dataclass
class Day:
    """A batch: the number of its head entry, its head, and the running sum of every column up to its end."""

    number: int
    head: Batch
    sums: list[bytes]


class Tally:
    """Reads entries in order; afterwards has the days with their sums, the claims and the audits."""

    def __init__(self, report: Report, checker: Checker, origin: str, receipt: str | None = None) -> None:
        self.report, self.checker, self.origin = report, checker, origin
        self.schema: Schema | None = None
        self.schema_hash = b""
        self.days: list[Day] = []
        self.claims: dict[int, Claim] = {}
        self.audits: dict[int, Audit] = {}
        self._receipt = receipt.encode() if receipt else None
        self._next = 0
        self._left = 0
        self._code = b""

    def read(self, some: list[bytes]) -> None:
        """The next entries of the log."""
        at = 0
        while at < len(some):
            at += self._contacts(some[at : at + self._left]) if self._left else self._head(some[at])

    def end(self) -> None:
        """After the last entry: take in what is still out, and look whether something is missing."""
        for checked in self.checker.rest():
            self._take(checked)
        if self._left:
            self.report.refuse(f"The last batch lacks {self._left} of its entries.")
        for before, day in zip(self.days, self.days[1:], strict=False):
            day.sums = [group.add(one, other) for one, other in zip(before.sums, day.sums, strict=True)]

    def _contacts(self, some: list[bytes]) -> int:
        assert self.schema is not None
        first = self._next
        self._next += len(some)
        self._left -= len(some)
        for number, data in enumerate(some, first):
            self._in_order(number, data)
        piece = Piece(len(self.days) - 1, first, tuple(some))
        for checked in self.checker.submit(self.schema_hash, len(self.schema.columns), piece):
            self._take(checked)
        return len(some)

    def _in_order(self, number: int, data: bytes) -> None:
        code = data[2:12]
        if data[:1] != bytes([contact.MARK]) or not receipts.is_code(code.decode("ascii", "replace")):
            self.report.refuse(f"Entry {number}: a batch holds something that is no contact with a receipt code.")
        elif code <= self._code:
            self.report.refuse(f"Entry {number}: the receipt codes of a batch do not ascend, or one comes twice.")
        elif code == self._receipt:
            self.report.found = self.days[-1].head.day
        self._code = code

    def _take(self, checked: Checked) -> None:
        day = self.days[checked.batch]
        day.sums = [group.add(one, other) for one, other in zip(day.sums, checked.sums, strict=True)]
        self.report.contacts += checked.entries
        for number in checked.bad:
            self.report.refuse(
                f"Entry {number}: the proof that it counts 0 or 1, in this log and column, does not hold."
            )

    def _head(self, data: bytes) -> int:
        number = self._next
        self._next += 1
        try:
            self._entry(number, data)
        except Refused as error:
            self.report.refuse(f"Entry {number}: {error}.")
        return 1

    def _entry(self, number: int, data: bytes) -> None:
        if data[:1] == bytes([contact.MARK]):
            raise Refused("a contact outside of every batch")
        entry = entries.parse(data)
        if number == 0 or isinstance(entry, Schema):
            self._begin(number, entry, data)
        elif entry.schema != self.schema_hash.hex():
            raise Refused("it belongs to another log: its schema is not this log's")
        elif isinstance(entry, Batch):
            self._batch(number, entry)
        elif isinstance(entry, Claim):
            self.claims[number] = entry
        elif isinstance(entry, Notice):
            self._notice(entry)
        else:
            self.audits[number] = entry

    def _begin(self, number: int, entry: entries.Entry, data: bytes) -> None:
        if number or not isinstance(entry, Schema):
            raise Refused("a log begins with its schema, and has no other")
        if entry.origin != self.origin:
            raise Refused("the schema is another log's: it names another origin")
        self.schema, self.schema_hash = entry, hashlib.sha256(data).digest()

    def _batch(self, number: int, head: Batch) -> None:
        if self.schema is None:
            raise Refused("a batch without a schema")
        if self.days:
            self._day_after(number, self.days[-1].head, head)
        self.days.append(Day(number, head, [group.IDENTITY] * len(self.schema.columns)))
        self._left, self._code = head.count, b""

    def _day_after(self, number: int, before: Batch, head: Batch) -> None:
        if head.day <= before.day:
            raise Refused("a batch of a day that was already counted")
        if head.day != before.day + timedelta(1):
            self.report.broken.append(
                f"Entry {number}: between {before.day} and {head.day} there is a day without a batch."
            )

    def _notice(self, entry: Notice) -> None:
        known = self.report.notices
        if not entry.revoked:
            if known and entry.serial <= max(known):
                raise Refused("a notice whose number is not above that of the one before it")
            known[entry.serial] = Listed(entry.digest)
        elif entry.serial not in known or known[entry.serial].digest != entry.digest:
            raise Refused("it revokes a notice that is not in this log")
        else:
            known[entry.serial] = Listed(entry.digest, revoked=True)
