"""Tangents of convex functions: the same optimum as the whole programme, laws, and bad input."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactolus.errors import InputError, NoAnswerError
from pactolus.solvers import linear_program, solve_linear
from pactolus.solvers.cuts import Tangents, minimise_by_cuts
from pactolus.solvers.programs import LinearProgram


class Ridges:
    """Functions that are the highest of some planes."""

    def __init__(self, seed: int, n: int = 4, functions: int = 3, planes: int = 6) -> None:
        random = np.random.default_rng(seed)
        self.slope = random.normal(size=(functions, planes, n))
        self.level = random.normal(size=(functions, planes))

    def __call__(self, x: np.ndarray) -> Tangents:
        planes = self.level + self.slope @ x
        highest = planes.argmax(axis=1)
        rows = np.arange(len(highest))
        return Tangents(planes[rows, highest], self.slope[rows, highest])

    def whole(self, cost: np.ndarray, weights: np.ndarray, budget: float, limit: float | None) -> float:
        """The optimum with all planes at once."""
        functions, planes, n = self.slope.shape
        rows, low = [np.append(np.ones(n), np.zeros(functions))], [-np.inf]
        for j in range(functions):
            for k in range(planes):
                row = np.append(-self.slope[j, k], np.zeros(functions))
                row[n + j] = 1.0
                rows.append(row)
                low.append(self.level[j, k])
        upper = np.append(np.ones(n), np.full(functions, np.inf))
        if limit is not None:
            upper[n] = limit
        return solve_linear(
            linear_program(
                np.append(cost, weights),
                np.array(rows),
                row_lower=low,
                row_upper=np.append(budget, np.full(len(low) - 1, np.inf)),
                lower=np.append(np.zeros(n), np.full(functions, -np.inf)),
                upper=upper,
            )
        ).objective


def box(cost: np.ndarray, budget: float) -> LinearProgram:
    return linear_program(cost, np.ones((1, len(cost))), row_upper=budget, upper=1.0, row_names=["budget"])


@given(st.integers(0, 10_000), st.floats(0.2, 4.0))
def test_the_same_optimum_as_all_planes_at_once(seed: int, budget: float) -> None:
    ridges = Ridges(seed)
    cost, weights = np.random.default_rng(seed + 1).normal(size=4), np.array([1.0, 0.5, 2.0])
    found = minimise_by_cuts(box(cost, budget), ridges, weights, tolerance=1e-9)
    assert found.objective == pytest.approx(ridges.whole(cost, weights, budget, None), rel=1e-7, abs=1e-7)
    assert found.lower_bound <= found.objective + 1e-9
    assert found.x.sum() <= budget + 1e-7
    assert found.objective == pytest.approx(cost @ found.x + weights @ ridges(found.x).value, abs=1e-9)


@given(st.integers(0, 10_000), st.floats(0.01, 0.9), st.sampled_from([0.0, 1.0]))
def test_a_limit_holds_and_costs_what_it_costs(seed: int, part: float, weight: float) -> None:
    ridges = Ridges(seed)
    cost, weights = np.random.default_rng(seed + 1).normal(size=4), np.array([weight, 1.0, 1.0])
    free = minimise_by_cuts(box(cost, 2.0), ridges, weights, tolerance=1e-9)
    first = minimise_by_cuts(box(np.zeros(4), 2.0), ridges, [1.0, 0.0, 0.0], tolerance=1e-9)
    limit = first.values[0] + part * max(free.values[0] - first.values[0], 1e-3)
    found = minimise_by_cuts(box(cost, 2.0), ridges, weights, limit=(0, limit), start=first.x, tolerance=1e-8)
    assert ridges(found.x).value[0] <= limit + 1e-7
    assert found.objective == pytest.approx(ridges.whole(cost, weights, 2.0, limit), rel=1e-6, abs=1e-6)
    assert found.objective >= free.objective - 1e-6
    assert found.limit_dual <= 0


def test_duals_say_what_one_more_brings() -> None:
    ridges = Ridges(3)
    cost, weights = np.full(4, -0.5), np.ones(3)
    found = minimise_by_cuts(box(cost, 1.0), ridges, weights, tolerance=1e-10)
    step = 1e-4
    more, less = (ridges.whole(cost, weights, 1.0 + s, None) for s in (step, -step))
    assert (
        (found.objective - less) / step - 1e-4 <= found.row_duals[0] <= (more - found.objective) / step + 1e-4
    )


def test_smooth_functions_end_within_the_gap() -> None:
    def bowl(x: np.ndarray) -> Tangents:
        return Tangents(np.array([((x - 0.3) ** 2).sum() + 1]), 2 * (x - 0.3)[None, :])

    found = minimise_by_cuts(box(np.zeros(6), 1.2), bowl, [1.0])
    assert found.gap <= 1e-5
    assert found.objective == pytest.approx(1 + 6 * 0.1**2, rel=1e-5)  # the budget gives each 0.2
    assert found.evaluations >= found.rounds


def test_the_same_answer_twice() -> None:
    one, two = (minimise_by_cuts(box(np.ones(4), 1.0), Ridges(5), np.ones(3)) for _ in range(2))
    assert one.x.tolist() == two.x.tolist()
    assert one.lower_bound == two.lower_bound


def test_bad_input_gets_one_message() -> None:
    ridges = Ridges(1)
    with pytest.raises(InputError, match="column 0, column 1, column 2, column 3 without a finite one"):
        minimise_by_cuts(linear_program(np.ones(4)), ridges, np.ones(3))
    with pytest.raises(InputError, match=r"weights: .*negative"):
        minimise_by_cuts(box(np.ones(4), 1.0), ridges, [1.0, -1.0, 1.0])
    with pytest.raises(InputError, match=r"limit: .*one of 3 functions"):
        minimise_by_cuts(box(np.ones(4), 1.0), ridges, np.ones(3), limit=(3, 1.0))
    with pytest.raises(InputError, match="start: does not keep 'budget'"):
        minimise_by_cuts(box(np.ones(4), 1.0), ridges, np.ones(3), start=np.ones(4))
    with pytest.raises(InputError, match="start: lies outside"):
        minimise_by_cuts(box(np.ones(4), 1.0), ridges, np.ones(3), start=np.full(4, -1.0))
    with pytest.raises(InputError, match="start: shape"):
        minimise_by_cuts(box(np.ones(4), 1.0), ridges, np.ones(3), start=np.zeros(2))
    with pytest.raises(InputError, match="above its limit"):
        minimise_by_cuts(box(np.ones(4), 1.0), ridges, np.ones(3), limit=(0, -99.0))
    with pytest.raises(NoAnswerError, match="after 1 rounds"):
        minimise_by_cuts(box(np.zeros(4), 4.0), ridges, np.ones(3), most=1)
