"""A part of a piece of work speaks in steps of the whole."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pactolus.runs.progress import part, silent


def heard_by_whole(start: int, of: int, total: int, steps: list[tuple[int, int]]) -> list[int]:
    heard: list[int] = []
    inner = part(lambda what, done, whole: heard.append(done), start, of, total)
    for done, count in steps:
        inner("step", done, count)
    return heard


@given(st.integers(0, 50), st.integers(0, 50), st.integers(1, 40))
def test_a_part_begins_and_ends_where_the_whole_says(start, of, count):
    heard = heard_by_whole(start, of, start + of, [(i, count) for i in range(count + 1)])
    assert heard[0] == start
    assert heard[-1] == start + of
    assert heard == sorted(heard)


def test_a_part_without_steps_is_done():
    assert heard_by_whole(2, 3, 10, [(0, 0)]) == [5]


def test_silent_hears_nothing():
    assert silent("anything", 1, 2) is None
