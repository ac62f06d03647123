"""Scores of forecasts: published values, laws, limits."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pactolus as pt
from pactolus.errors import DataError
from pactolus.warning.scoring.ranking import Ranked

TWELVE = (
    [0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0],
    [0.2, 0.9, 0.4, 0.1, 0.6, 0.35, 0.55, 0.05, 0.3, 0.7, 0.65, 0.15],
)
counts = st.integers(0, 200)
#: Outcomes with a score each, some scores alike; both kinds of outcome are there.
cases = st.lists(st.tuples(st.booleans(), st.integers(0, 9)), min_size=2, max_size=60).filter(
    lambda rows: len({happened for happened, _ in rows}) == 2
)


def arrays(rows: list[tuple[bool, int]]) -> tuple[np.ndarray, np.ndarray]:
    happened, score = zip(*rows, strict=True)
    return np.array(happened), np.array(score) / 10


@pytest.mark.parametrize(
    ("happened", "score", "precision", "roc", "brier"),
    [
        ([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8], 0.8333333333, 0.75, 0.158125),  # scikit-learn's documentation
        (*TWELVE, 0.8303571429, 0.875, 0.144375),
    ],
)
def test_published_scores(
    happened: list[int], score: list[float], precision: float, roc: float, brier: float
) -> None:
    y, s = np.array(happened) > 0, np.array(score)
    assert pt.warning.average_precision(y, s) == pytest.approx(precision, abs=1e-10)
    assert pt.warning.roc_auc(y, s) == pytest.approx(roc, abs=1e-12)
    assert pt.warning.brier(y, s) == pytest.approx(brier, abs=1e-12)


def test_published_table_of_hits() -> None:
    """Kaminsky, Lizondo, Reinhart 1998: A 8, B 12, C 2, D 78."""
    table = pt.warning.Contingency(hits=8, false_alarms=12, misses=2, quiet=78)
    assert table.noise_to_signal == pytest.approx(0.1666666667, abs=1e-10)
    assert (table.pod, table.far) == pytest.approx((0.8, 0.6), abs=1e-12)
    assert table.csi == pytest.approx(0.3636363636, abs=1e-10)
    assert table.hss == pytest.approx(0.4615384615, abs=1e-10)


def test_finley_tornadoes() -> None:
    """Finley's 2,803 forecasts of 1884 in the table of Wilks 2011: CSI .228, POD .549, FAR .720, HSS .355."""
    table = pt.warning.Contingency(hits=28, false_alarms=72, misses=23, quiet=2680)
    assert table.csi == pytest.approx(0.228, abs=5e-4)
    assert table.pod == pytest.approx(0.549, abs=5e-4)
    assert table.far == pytest.approx(0.720, abs=5e-4)
    assert table.hss == pytest.approx(0.355, abs=5e-4)


@given(counts, counts, counts, counts)
def test_scores_of_the_table_stay_in_their_bounds(a: int, b: int, c: int, d: int) -> None:
    table = pt.warning.Contingency(hits=a, false_alarms=b, misses=c, quiet=d)
    for score in (table.pod, table.far, table.csi):
        assert score is None or 0 <= score <= 1
    assert table.hss is None or -1 <= table.hss <= 1
    if table.csi is not None and table.pod is not None:
        assert table.csi <= table.pod
    assert (table.pod is None) == (a + c == 0)
    assert (table.far is None) == (a + b == 0)


@given(cases, st.integers(0, 9))
def test_the_table_counts_every_row_once(rows: list[tuple[bool, int]], limit: int) -> None:
    happened, score = arrays(rows)
    table = pt.warning.contingency(happened, score >= limit / 10)
    assert table.hits + table.false_alarms + table.misses + table.quiet == len(rows)
    assert table.hits + table.misses == happened.sum()


@given(cases)
def test_only_the_order_of_scores_counts(rows: list[tuple[bool, int]]) -> None:
    happened, score = arrays(rows)
    for of in (pt.warning.average_precision, pt.warning.roc_auc):
        assert of(happened, score) == pytest.approx(of(happened, np.exp(3 * score) - 7), rel=1e-12)


@given(cases)
def test_turning_the_scores_round_turns_the_roc_round(rows: list[tuple[bool, int]]) -> None:
    happened, score = arrays(rows)
    assert pt.warning.roc_auc(happened, score) + pt.warning.roc_auc(happened, -score) == pytest.approx(1)


@given(cases, st.data())
def test_a_weight_counts_a_row_so_many_times(rows: list[tuple[bool, int]], data: st.DataObject) -> None:
    happened, score = arrays(rows)
    times = np.array(data.draw(st.lists(st.integers(0, 3), min_size=len(rows), max_size=len(rows))))
    weighted = Ranked(happened, score).average_precision(times.astype(float))
    if (times * happened).sum() == 0:
        assert math.isnan(weighted)
        return
    repeated = pt.warning.average_precision(np.repeat(happened, times), np.repeat(score, times))
    assert weighted == pytest.approx(repeated, rel=1e-12)


def test_limits() -> None:
    happened = np.array([True, True, False, False])
    best, worst = np.array([4.0, 3.0, 2.0, 1.0]), np.array([1.0, 2.0, 3.0, 4.0])
    assert pt.warning.average_precision(happened, best) == 1
    assert pt.warning.roc_auc(happened, worst) == 0
    assert pt.warning.average_precision(happened, np.ones(4)) == 0.5  # one step: the base rate
    assert pt.warning.roc_auc(happened, np.ones(4)) == 0.5
    assert pt.warning.brier(happened, happened.astype(float)) == 0
    assert math.isnan(pt.warning.roc_auc(np.array([True]), np.array([1.0])))
    assert math.isnan(pt.warning.average_precision(np.array([False]), np.array([1.0])))
    assert pt.warning.precision_at(happened, best, 0.3) == 1  # rounded up to two rows
    assert pt.warning.contingency(happened, happened).hss == 1


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda: pt.warning.brier(np.array([True]), np.array([0.1, 0.2])), "1 outcomes and 2 scores"),
        (lambda: pt.warning.roc_auc(np.array([True]), np.array([np.nan])), "a score is not a number"),
        (lambda: pt.warning.average_precision(np.array([], bool), np.array([])), "0 outcomes and 0 scores"),
        (lambda: pt.warning.contingency(np.array([True]), np.array([], bool)), "1 outcomes and 0 alerts"),
        (
            lambda: pt.warning.Contingency(hits=-1, false_alarms=0, misses=0, quiet=0),
            "hits is -1; a count is 0 or more",
        ),
    ],
)
def test_what_cannot_be_scored_is_said(act, message: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(DataError, match=message):
        act()
