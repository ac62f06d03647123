"""The benchmark of the exact policy: both ways answer the same question, and the sweeps are counted right."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks import stockpile_dp

from pactolus.stockpile import regime_policy


def test_a_sweep_of_the_loops_leaves_the_exact_values_where_they_are() -> None:
    problem = stockpile_dp.store(21)
    found = regime_policy(**problem).value
    swept = stockpile_dp.sweep(problem, [list(map(float, row)) for row in found], 3)
    assert np.array(swept) == pytest.approx(found[:3], rel=1e-10)


def test_the_count_of_sweeps_is_that_of_a_discounted_sum() -> None:
    problem = stockpile_dp.store(21)
    until_right, until_shape = stockpile_dp.sweeps_needed(problem, regime_policy(**problem).value)
    bound = np.log(stockpile_dp.ACCURACY) / np.log(stockpile_dp.DISCOUNT)
    assert until_shape < until_right <= bound + 1


def test_the_table_names_the_goal() -> None:
    text = stockpile_dp.figures(21)
    assert "| exact policy, whole units |" in text
    assert "300" in text
