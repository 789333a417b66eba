"""Several threads write at one moment."""

import threading
from collections.abc import Sequence

import pytest

from harkline.runtime.together import Together


class Writer:
    """Doubles numbers; refuses odd ones. The first write waits until it is let go."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.inside, self.go = threading.Event(), threading.Event()

    def __call__(self, some: Sequence[int]) -> list[int]:
        self.batches.append(list(some))
        self.inside.set()
        assert self.go.wait(10)
        if any(one % 2 for one in some):
            raise ValueError(f"odd: {some}")
        return [one * 2 for one in some]


def _all(together: Together[int, int], writer: Writer, numbers: Sequence[int]) -> dict[int, object]:
    """Have the first written, and the others while it is; what became of each."""
    found: dict[int, object] = {}

    def do(one: int) -> None:
        try:
            found[one] = together.do(one)
        except ValueError as failed:
            found[one] = str(failed)

    threads = [threading.Thread(target=do, args=(one,)) for one in numbers]
    threads[0].start()
    assert writer.inside.wait(10)
    for one in threads[1:]:
        one.start()
    while len(together._waiting) < len(numbers) - 1:
        pass
    writer.go.set()
    for one in threads:
        one.join(10)
    return found


def test_what_waits_is_written_at_once():
    writer = Writer()
    assert _all(Together(writer), writer, [0, 2, 4, 6]) == {0: 0, 2: 4, 4: 8, 6: 12}
    assert [sorted(batch) for batch in writer.batches] == [[0], [2, 4, 6]]


def test_one_that_fails_takes_none_with_it():
    writer = Writer()
    found = _all(Together(writer), writer, [0, 2, 3, 4])
    assert found == {0: 0, 2: 4, 3: "odd: [3]", 4: 8}


def test_no_more_than_so_many():
    writer = Writer()
    assert len(_all(Together(writer, most=2), writer, [0, 2, 4, 6, 8])) == 5
    assert max(map(len, writer.batches)) == 2


def test_alone_it_raises_what_was_raised():
    writer = Writer()
    writer.go.set()
    with pytest.raises(ValueError, match="odd"):
        Together(writer).do(1)
