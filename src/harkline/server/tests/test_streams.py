"""A stale page that hears the bells ends up showing what a fresh page shows."""

from hypothesis import given
from hypothesis import strategies as st

from harkline.runtime.bell import Ring
from harkline.server.streams import BOUND, EVERYTHING, Stream, Streams

AUDIENCES = ["desk", "operator:1", "operator:2", "thread:a"]
MINE = frozenset({"desk", "operator:1"})
change = st.tuples(
    st.sampled_from(["contact", "offer", "presence"]),
    st.integers(0, 40).map(str),
    st.sampled_from(AUDIENCES),
)
step = st.one_of(change, st.just("refetch"))


class Page:
    """What a browser shows of the rows it may see, as of the last time it fetched each."""

    def __init__(self, rows: dict) -> None:
        self.rows, self.shown = rows, {}
        self.refetch([EVERYTHING])

    def refetch(self, bells: list) -> None:
        for bell in bells:
            self.shown.update(self.entitled(None if bell == EVERYTHING else bell))

    def entitled(self, only: tuple | None) -> dict:
        return {key: value for key, value in self.rows.items() if key[2] in MINE and only in (None, key[:2])}


@given(st.lists(step, max_size=400))
def test_a_stale_page_and_its_bells_make_a_fresh_page(steps):
    rows, streams, mine = {}, Streams(), Stream("session", MINE)
    streams.add(mine)
    page = Page(rows)
    for number, one in enumerate(steps):
        if one == "refetch":
            page.refetch(mine.take())
        else:
            rows[one] = number
            streams.hear(Ring(*one))
    page.refetch(mine.take())
    assert page.shown == Page(rows).shown


@given(st.lists(change, max_size=600))
def test_a_reader_who_never_reads_costs_a_bounded_memory(changes):
    streams, mine = Streams(), Stream("session", MINE)
    streams.add(mine)
    for one in changes:
        streams.hear(Ring(*one))
        assert len(mine.pending) <= BOUND


@given(st.lists(change, max_size=100))
def test_nobody_hears_a_bell_that_is_not_theirs(changes):
    streams, other = Streams(), Stream("ticket", frozenset({"thread:a"}))
    streams.add(other)
    for one in changes:
        streams.hear(Ring(*one))
    assert set(other.take()) <= {one[:2] for one in changes if one[2] == "thread:a"} | {EVERYTHING}


def test_a_stream_that_is_dropped_leaves_nothing_behind():
    streams, mine = Streams(), Stream("session", MINE)
    streams.add(mine)
    assert (len(streams), len(streams.of("session"))) == (1, 1)
    streams.drop(mine)
    assert (len(streams), streams.keys(), streams._by_audience) == (0, {}, {})
