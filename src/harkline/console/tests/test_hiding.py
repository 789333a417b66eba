"""Small counts cannot be found, neither exactly nor nearly, by whoever knows all that is shown."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from harkline.console.figures import Definition
from harkline.console.hiding import Sum, hide, revealed
from harkline.console.publish import cells_of, sums_of
from harkline.console.tally import Row, tally

USUAL = Definition(goal=0.8, threshold=20, count_abandoned=True, short_abandon=10)
OUTCOMES = ["answered", "abandoned", "short_abandoned", "message", "callback_requested", "overflowed", "interrupted"]


def table(columns):
    """Counts by two sides, as cells and sums: ``("r0", "c1")``, with totals at ``*``."""
    rows, width = range(len(columns)), range(len(columns[0]))
    cells = {(f"r{r}", f"c{c}"): columns[r][c] for r, c in product(rows, width)}
    sums = []
    for r in rows:
        parts = tuple((f"r{r}", f"c{c}") for c in width)
        sums.append(Sum((f"r{r}", "*"), parts))
        cells[f"r{r}", "*"] = sum(cells[part] for part in parts)
    for c in (*(f"c{c}" for c in width), "*"):
        parts = tuple((f"r{r}", c) for r in rows)
        sums.append(Sum(("*", c), parts))
        cells["*", c] = sum(cells[part] for part in parts)
    sums.append(Sum(("*", "*"), tuple(("*", f"c{c}") for c in width)))
    return cells, sums


def test_one_small_count_takes_others_with_it():
    cells, sums = table([[2, 30], [40, 50]])
    hidden = hide(cells, sums, 5)
    assert ("r0", "c0") in hidden
    assert len(hidden) >= 4
    assert ("*", "*") not in hidden


def test_two_small_counts_that_add_up_to_little_take_a_third():
    cells = {("a",): 1, ("b",): 1, ("c",): 60, ("all",): 62}
    assert len(hide(cells, [Sum(("all",), (("a",), ("b",), ("c",)))], 5)) == 3


def test_where_nothing_is_small_nothing_is_hidden():
    cells, sums = table([[20, 30], [40, 0]])
    assert hide(cells, sums, 5) == set()


@given(
    st.lists(st.lists(st.integers(0, 7), min_size=2, max_size=3), min_size=2, max_size=2).filter(
        lambda rows: len({len(row) for row in rows}) == 1
    )
)
@settings(max_examples=12)
def test_there_is_always_another_table_that_would_look_the_same(rows):
    cells, sums = table(rows)
    hidden = hide(cells, sums, 4)
    for target in hidden:
        assert _others(rows, cells, hidden, target), (target, rows)


def _others(rows, cells, hidden, target):
    """Whether some other table of small numbers shows the same and has another number in the hidden place."""
    flat = [(r, c) for r in range(len(rows)) for c in range(len(rows[0]))]
    ranges = [[rows[r][c]] if (f"r{r}", f"c{c}") not in hidden else range(12) for r, c in flat]
    if sum(len(one) > 1 for one in ranges) > 4:  # many more that look the same; four at a time are enough to find one
        return True
    for values in product(*ranges):
        width = len(rows[0])
        other, _sums = table([list(values[at : at + width]) for at in range(0, len(values), width)])
        if all(other[cell] == cells[cell] for cell in cells if cell not in hidden) and other[target] != cells[target]:
            return True
    return False


@given(
    st.lists(
        st.builds(
            Row,
            st.just("phone"),
            st.sampled_from(["en", "fa", "ps", ""]),
            st.integers(0, 23),
            st.sampled_from(OUTCOMES),
            st.sampled_from(["greeting", "queue"]),
            st.floats(0, 400),
        ),
        max_size=120,
    )
)
@settings(max_examples=8)
def test_nothing_small_of_real_figures_can_be_found(rows):
    found = tally(rows, USUAL)
    cells, sums = cells_of(found), sums_of(found)
    hidden = hide(cells, sums, 5)
    assert all(cell in hidden for cell, count in cells.items() if 0 < count < 5)
    assert revealed(cells, sums, hidden, 5) == set() or hidden >= set(cells)
