"""A range keeps its order, and its quantiles are those of the triangular distribution."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactolus.errors import DataError
from pactolus.projects.base.ranges import Range

triples = st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=3).map(lambda three: Range(*sorted(three)))


@given(triples)
def test_quantiles_run_from_low_to_high(known: Range) -> None:
    found = known.at(np.linspace(0.0, 1.0, 21))
    assert found[0] == pytest.approx(known.low, abs=1e-6)
    assert found[-1] == pytest.approx(known.high, abs=1e-6)
    assert (np.diff(found) >= -1e-6).all()


@given(triples)
def test_the_mean_of_the_quantiles_is_the_mean(known: Range) -> None:
    middles = (np.arange(4000) + 0.5) / 4000
    assert known.at(middles).mean() == pytest.approx(known.mean, abs=1e-3 * max(known.width, 1.0))


@given(triples, st.floats(0, 1e3))
def test_another_unit_is_the_same_range(known: Range, factor: float) -> None:
    assert known.scaled(factor).width == pytest.approx(known.width * factor, rel=1e-9, abs=1e-6)


def test_a_point_stays_a_point() -> None:
    assert Range.of(3.0).at(np.array([0.0, 0.3, 1.0])).tolist() == [3.0, 3.0, 3.0]


@pytest.mark.parametrize(
    ("three", "says"),
    [
        ((2.0, 1.0, 3.0), "in order"),
        ((float("nan"), 1.0, 2.0), "finite"),
        ((0.0, 1.0, float("inf")), "finite"),
    ],
)
def test_a_range_out_of_order_or_without_end_is_refused(three: tuple[float, float, float], says: str) -> None:
    with pytest.raises(DataError, match=says):
        Range(*three)
    with pytest.raises(DataError, match="turn low and high"):
        Range.of(1.0).scaled(-1.0)
