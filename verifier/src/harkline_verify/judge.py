"""Claims and audits, judged once every entry was read and the root compared."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction

from harkline_verify import beacon, bounds, claims, contact, group, rules, sampling, tiles, tree
from harkline_verify.entries import Audit, Claim, Sample, Schema
from harkline_verify.errors import Refused
from harkline_verify.notes import Key
from harkline_verify.policy import Policy
from harkline_verify.report import Figure, Inspection, Report
from harkline_verify.rules import Span
from harkline_verify.stream import Seen
from harkline_verify.tally import Tally


@dataclass(frozen=True)
class Fixed:
    """A checkpoint that is known to be part of this log: its size, and when a quorum confirmed it (POSIX seconds)."""

    size: int
    time: int


class Judge:
    """Judges a log that was read whole."""

    def __init__(self, tally: Tally, seen: Seen, policy: Policy, fixed: list[Fixed], auditors: frozenset[Key]) -> None:
        assert tally.schema is not None
        self.tally, self.seen, self.policy, self.auditors = tally, seen, policy, auditors
        self.schema: Schema = tally.schema
        self.report: Report = tally.report
        self.fixed = list(fixed)
        self.places = {day.number: at for at, day in enumerate(tally.days)}

    def judge(self) -> None:
        """Fill the report with figures and inspections, or with what is wrong with them."""
        for number, claim in self.tally.claims.items():
            with self._noting(number):
                self._claim(number, claim)
        for number, audit in self.tally.audits.items():
            with self._noting(number):
                self._audit(number, audit)
        self._when()
        self._rules()

    @contextmanager
    def _noting(self, number: int) -> Iterator[None]:
        try:
            yield
        except Refused as error:
            self.report.refuse(f"Entry {number}: {str(error).rstrip('.')}.")

    def _window(self, number: int, claim: Claim) -> tuple[int, int]:
        first, last = self.places.get(claim.first), self.places.get(claim.last)
        if first is None or last is None or not first <= last or claim.last > number:
            raise Refused("a claim over batches that do not lie before it")
        if claim.column >= len(self.schema.columns):
            raise Refused("a claim about a column that the schema does not have")
        return first, last

    def _claim(self, number: int, claim: Claim) -> None:
        first, last = self._window(number, claim)
        days = self.tally.days[first : last + 1]
        leaves = sum(day.head.count for day in days)
        total = days[-1].sums[claim.column]
        if first:
            total = group.subtract(total, self.tally.days[first - 1].sums[claim.column])
        if not claims.holds(claim, total, leaves):
            said = "exactly" if claim.exactly else "at least"
            raise Refused(f"the proof of the claim “{said} {claim.total}” does not hold")
        span = Span(days[0].head.day, days[-1].head.day)
        wording = self.schema.columns[claim.column].wording
        self.report.figures[number] = Figure(number, claim, span, wording, leaves, None)

    def _rules(self) -> None:
        earlier: dict[int, list[Span]] = {}
        for number, figure in self.report.figures.items():
            claim, cell = figure.claim, self.schema.min_cell
            rest = figure.leaves - claim.total
            spans = earlier.setdefault(claim.column, [])
            if claim.exactly:
                reasons = rules.against_exactly(claim.total, rest, figure.span, spans, cell)
                spans.append(figure.span)
            else:
                reasons = rules.against_at_least(claim.total, rest, cell)
            self.report.broken += [f"Entry {number}: {reason.said(cell)}" for reason in reasons]
            self.report.figures[number] = replace(figure, broken=tuple(reasons))

    def _end(self, claim: Claim) -> int:
        return claim.last + 1 + self.tally.days[self.places[claim.last]].head.count

    def _when(self) -> None:
        for number, figure in self.report.figures.items():
            times = [one.time for one in self.fixed if one.size >= self._end(figure.claim)]
            self.report.figures[number] = replace(figure, fixed=min(times, default=None))

    def _audit(self, number: int, audit: Audit) -> None:
        figure = self.report.figures.get(audit.claim)
        if figure is None or audit.claim > number:
            raise Refused("an audit of no claim that holds and lies before it")
        known = audit.key in self.auditors if self.auditors else None
        if audit.sample is None:
            if audit.inspected > (figure.claim.total if figure.claim.exactly else figure.leaves):
                raise Refused("an audit of more contacts than the figure counts")
            self.report.inspections.append(Inspection(number, audit, figure, None, None, known))
            return
        drawn = self._sample(audit, audit.sample, figure)
        total = max(figure.claim.total, audit.sample.contacts)
        genuine = bounds.at_least_genuine(total, audit.inspected, audit.defects)
        self.report.inspections.append(
            Inspection(number, audit, figure, min(genuine, figure.claim.total), drawn, known)
        )

    def _sample(self, audit: Audit, sample: Sample, figure: Figure) -> bool | None:
        rate = self.schema.rate(figure.claim.column)
        if rate is None:
            raise Refused("an audit by lot of a column without a rate")
        if audit.inspected != sample.contacts or (figure.claim.exactly and sample.contacts > figure.claim.total):
            raise Refused("an audit by lot that does not account for every contact that the lot fell on")
        self._round(sample, figure)
        drawn = beacon.holds(self.schema.beacon, sample.round, sample.beacon)
        if drawn is False:
            raise Refused("the beacon's signature for the round of the lot is not right")
        self._opening(sample, figure, rate)
        return drawn

    def _round(self, sample: Sample, figure: Figure) -> None:
        verified = self.policy.verify(sample.checkpoint)
        checkpoint = verified.checkpoint
        if not self._end(figure.claim) <= checkpoint.size <= self.seen.frontier.size:
            raise Refused("an audit by lot whose checkpoint does not cover the figure's entries")
        if tree.root(self.seen, checkpoint.size) != checkpoint.root:
            raise Refused("an audit by lot whose checkpoint is of another history of this log")
        quorum = self.policy.quorum_time(verified.times)
        if quorum is None:
            raise Refused("an audit by lot without a time that witnesses confirm")
        if sample.round != sampling.round_for(quorum, self.schema):
            raise Refused("an audit by lot that uses another round of the beacon than the first slot after the quorum")
        self.fixed.append(Fixed(checkpoint.size, quorum))

    def _opening(self, sample: Sample, figure: Figure, rate: Fraction) -> None:
        column, drawn = figure.claim.column, sampling.randomness(sample.beacon)
        total, count = group.IDENTITY, 0
        for leaf, data in self._leaves(figure.claim):
            if sampling.selected(self.tally.schema_hash, column, rate, drawn, leaf):
                count += 1
                total = group.add(total, contact.parse(data, len(self.schema.columns)).columns[column][0])
        opened = group.commit(sample.contacts, group.scalar_from_bytes(sample.opening))
        if count != sample.selected or total != opened:
            raise Refused(
                "the opening of the lot does not hold: other entries were drawn, or another number of them counts"
            )

    def _leaves(self, claim: Claim) -> Iterator[tuple[bytes, bytes]]:
        """(leaf hash, entry) of the claim's contacts, read again and compared with what was seen."""
        for day in self.tally.days[self.places[claim.first] : self.places[claim.last] + 1]:
            yield from self._range(day.number + 1, day.number + 1 + day.head.count)

    def _range(self, start: int, end: int) -> Iterator[tuple[bytes, bytes]]:
        for tile in range(start // tiles.WIDTH, -(-end // tiles.WIDTH)):
            leaves = self.seen.leaves(tile)
            bundle = self.seen.source.read(tiles.path(tiles.ENTRIES, tile, len(leaves)))
            some = tiles.unpack(bundle, len(leaves))
            for at in range(max(start - tile * tiles.WIDTH, 0), min(end - tile * tiles.WIDTH, len(leaves))):
                if tree.leaf_hash(some[at]) != leaves[at]:
                    raise Refused("the log's files changed while they were being read")
                yield leaves[at], some[at]
