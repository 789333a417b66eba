"""The queue's figures count what they say they count."""

from hypothesis import given
from hypothesis import strategies as st

from harkline.console.figures import Definition, Tried, percentile, reckon

USUAL = Definition(goal=0.8, threshold=20, count_abandoned=True, short_abandon=10)
OUTCOMES = ["answered", "abandoned", "short_abandoned", "message", "callback_requested", "overflowed", "interrupted"]
attempts = st.lists(st.builds(Tried, st.sampled_from(OUTCOMES), st.floats(0, 4000, allow_nan=False)), max_size=60)


def test_who_was_answered_in_time_is_counted_over_everybody_who_was_offered():
    found = reckon(
        [
            Tried("answered", 5),
            Tried("answered", 20),
            Tried("answered", 21),
            Tried("abandoned", 60),
            Tried("message", 90),
        ],
        USUAL,
    )
    assert (found.offered, found.in_time, found.level) == (5, 2, 0.4)


def test_the_abandoned_are_left_out_only_where_the_definition_says_so():
    tried = [Tried("answered", 5), Tried("abandoned", 60)]
    assert reckon(tried, USUAL).level == 0.5
    assert reckon(tried, Definition(0.8, 20, False, 10)).level == 1


def test_who_hangs_up_at_once_is_counted_apart():
    found = reckon([Tried("abandoned", 4), Tried("abandoned", 10)], USUAL)
    assert (found.short_abandoned, found.abandoned, found.offered) == (1, 1, 1)


def test_a_percentile_is_a_wait_that_somebody_had():
    assert percentile([1, 2, 3, 100], 0.95) == 100
    assert percentile(list(range(1, 101)), 0.95) == 95
    assert percentile([], 0.95) is None


def test_of_nothing_nothing_is_claimed():
    found = reckon([], USUAL)
    assert (found.level, found.abandonment, found.p95, found.longest) == (None, None, None, None)


@given(attempts)
def test_the_parts_make_the_whole(tried):
    found = reckon(tried, USUAL)
    assert found.offered == found.answered + found.abandoned + found.unanswered
    assert found.offered + found.short_abandoned == len(tried)
    if found.level is not None:
        assert 0 <= found.level <= 1
        assert found.median <= found.p95 <= found.longest
