"""Whole numbers: published optimum, brute force, budgets and messages."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pactolus.errors import InputError, NoAnswerError, OptionError
from pactolus.solvers import linear_program, solve_integer, solve_linear


def knapsack(seed: int, items: int, budgets: int = 2):
    random = np.random.default_rng(seed)
    weight = random.integers(5, 60, size=(budgets, items))
    return linear_program(
        -random.integers(10, 100, items), weight, row_upper=weight.sum(axis=1) // 2, upper=1
    )


def test_stockco() -> None:
    """Winston, "Operations Research", Stockco: NPV 42 with investments 2, 3 and 4."""
    program = linear_program([-16, -22, -12, -8], [[5, 7, 4, 3]], row_upper=14, upper=1)
    found = solve_integer(program, [True] * 4)
    assert (found.objective, found.status) == (-42.0, "optimal")
    assert np.flatnonzero(found.x).tolist() == [1, 2, 3]
    assert solve_linear(program).objective < -42


@settings(max_examples=15)
@given(st.integers(0, 1000))
def test_all_choices_tried(seed: int) -> None:
    program = knapsack(seed, 8)
    a = program.matrix.toarray()
    best = min(
        float(program.cost @ x)
        for x in map(np.array, itertools.product((0, 1), repeat=8))
        if (a @ x <= program.row_upper).all()
    )
    found = solve_integer(program, range(8), gap=0)
    assert found.objective == pytest.approx(best)
    assert found.bound <= found.objective + 1e-6
    assert set(found.x.tolist()) <= {0.0, 1.0}


def test_only_marked_columns_are_whole() -> None:
    program = linear_program([-1, -1], [[2, 0], [0, 2]], row_upper=3)
    assert solve_integer(program, [0]).x == pytest.approx([1, 1.5])
    assert solve_integer(program, np.zeros(2, dtype=bool)).objective == pytest.approx(-3)
    assert solve_integer(program, np.zeros(2, dtype=bool)).gap == 0


def test_a_budget_of_nodes_gives_an_answer_with_its_gap_and_the_same_one_twice() -> None:
    program = knapsack(3, 60, budgets=12)
    first, second = (solve_integer(program, range(60), nodes=1, gap=0) for _ in range(2))
    assert first.status == "node_limit"
    assert first.bound < first.objective < 0
    assert first.gap == pytest.approx(first.objective - first.bound)
    assert first.gap_of_improvement(0.0) == pytest.approx(first.gap / -first.bound)
    assert (first.x.tobytes(), first.bound) == (second.x.tobytes(), second.bound)
    better = solve_integer(program, range(60), nodes=20, gap=0, start=first.x)
    assert better.objective <= first.objective


def test_an_answer_cut_short_by_the_clock_says_so() -> None:
    program = knapsack(4, 150, budgets=30)
    found = solve_integer(program, range(150), gap=0, time_limit_s=1e-4, start=np.zeros(150))
    assert found.status == "time_limited"
    assert found.gap > 0


def test_nothing_to_gain() -> None:
    found = solve_integer(linear_program([1.0]), [0])
    with pytest.raises(NoAnswerError, match="gap_of_improvement: 0 is not above the bound 0"):
        found.gap_of_improvement(0.0)


def test_no_answer() -> None:
    with pytest.raises(NoAnswerError, match=r"fleet: no answer keeps all limits: 'need' \(at least 5\)"):
        solve_integer(
            linear_program([1], [[1]], row_lower=5, upper=3, row_names=["need"]), [0], where="fleet"
        )
    with pytest.raises(NoAnswerError, match="fleet: no answer in whole numbers keeps all limits"):
        solve_integer(linear_program([1], [[2]], row_lower=3, row_upper=3), [0], where="fleet")
    with pytest.raises(NoAnswerError, match="column 0 up can go on for ever"):
        solve_integer(linear_program([-1.0]), [0])


def test_what_cannot_be_meant() -> None:
    program = linear_program([1, 1])
    with pytest.raises(InputError, match="integer: 1 marks for 2 columns"):
        solve_integer(program, [True])
    with pytest.raises(InputError, match="integer: column 2 does not exist"):
        solve_integer(program, [2])
    with pytest.raises(InputError, match="start: give 2 numbers"):
        solve_integer(program, [0], start=[1])
    with pytest.raises(OptionError) as caught:
        solve_integer(program, [0], nodes=0, gap=1, time_limit_s=0)
    for words in ("nodes: 0", "gap: 1 lies outside", "time_limit_s: 0"):
        assert words in str(caught.value)
