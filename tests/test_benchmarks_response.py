"""The benchmark of response plans: the obvious way finds the same, and a table comes out."""

from __future__ import annotations

import pytest
from benchmarks import response
from benchmarks.response_written_out import extensive_cost

from pactolus.response.plan.solving import Solver


def test_all_durations_written_out_cost_the_same() -> None:
    one = response.instance(2, 8, 3)
    assert extensive_cost(one) == pytest.approx(Solver(one).solve().total_musd, rel=response.SAME)


def test_costs_that_differ_are_refused() -> None:
    with pytest.raises(AssertionError, match=r"costs 1\.0 and 2\.0 differ"):
        response.same(1.0, 2.0)


def test_a_table_comes_out() -> None:
    text = response.figures(2, 6, 2, 1)
    assert sum(row.startswith("|") for row in text.splitlines()) == 2 + 4
    assert "2 members, 6 months, 2 durations" in text
