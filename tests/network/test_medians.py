"""Weighted medians of many groups at once agree with the definition, group by group."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pactolus.network.medians import group_median, row_median

WEIGHTED = st.lists(st.tuples(st.integers(0, 3), st.integers(-50, 50), st.integers(1, 9)), max_size=30)


def by_definition(pairs: list[tuple[float, int]]) -> float:
    """Repeat each value as often as it weighs, and take the plain median."""
    return float(np.median([value for value, weight in pairs for _ in range(weight)])) if pairs else math.nan


@given(WEIGHTED)
def test_each_group_has_the_median_of_its_repeated_values(rows: list[tuple[int, int, int]]) -> None:
    group, values, weights = (
        (np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))
        if rows
        else (np.array([], dtype=np.int64) for _ in range(3))
    )
    found = group_median(group, values.astype(float), weights, 5)
    wanted = [by_definition([(v, w) for g, v, w in rows if g == n]) for n in range(5)]
    np.testing.assert_array_equal(found, wanted)


@given(
    st.lists(st.lists(st.tuples(st.integers(-9, 9), st.integers(0, 5)), min_size=4, max_size=4), min_size=1)
)
def test_each_row_has_the_median_of_its_repeated_values(rows: list[list[tuple[int, int]]]) -> None:
    values = np.array([[v if w else math.nan for v, w in row] for row in rows])
    weights = np.array([[w for _, w in row] for row in rows], dtype=np.int64)
    wanted = [by_definition([(v, w) for v, w in row if w]) for row in rows]
    np.testing.assert_array_equal(row_median(values, weights), wanted)


def test_a_value_with_half_of_the_weight_or_more_is_hardly_moved() -> None:
    group, weights = np.zeros(3, dtype=np.int64), np.array([3, 1, 1])
    assert group_median(group, np.array([1.0, 50.0, 900.0]), weights, 1)[0] == 1.0
