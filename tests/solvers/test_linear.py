"""Linear programmes: duals, warm runs, messages, and agreement with another solver interface."""

from __future__ import annotations

import math
import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from scipy.optimize import linprog

import pactolus.solvers as solvers
from pactolus.errors import InputError, NoAnswerError, OptionError
from pactolus.solvers import LinearModel, linear_program, solve_linear

INF = math.inf


def random_program(seed: int, rows: int = 8, columns: int = 6):
    """Feasible (x = 1 keeps all limits) and bounded (a box)."""
    random = np.random.default_rng(seed)
    a = random.integers(-4, 5, size=(rows, columns)).astype(float)
    at_one = a.sum(axis=1)
    below = np.where(random.random(rows) < 0.5, at_one - random.integers(0, 4, rows), -INF)
    above = np.where(random.random(rows) < 0.5, at_one + random.integers(0, 4, rows), INF)
    return linear_program(
        random.integers(-9, 10, columns), a, row_lower=below, row_upper=above, lower=0, upper=5
    )


def by_scipy(program):
    a = program.matrix.toarray()
    up, low = np.isfinite(program.row_upper), np.isfinite(program.row_lower)
    return linprog(
        program.cost,
        A_ub=np.vstack([a[up], -a[low]]),
        b_ub=np.concatenate([program.row_upper[up], -program.row_lower[low]]),
        bounds=np.column_stack([program.lower, program.upper]),
    )


@given(st.integers(0, 10_000))
def test_the_optimum_is_that_of_another_interface(seed: int) -> None:
    program = random_program(seed)
    assert solve_linear(program).objective == pytest.approx(by_scipy(program).fun, abs=1e-7)


@given(st.integers(0, 10_000))
def test_duality(seed: int) -> None:
    """The objective is what the binding limits cost; prices have the sign of the side that binds."""
    program = random_program(seed)
    found = solve_linear(program)
    paid = 0.0
    for price, low, high in [
        *zip(found.row_duals, program.row_lower, program.row_upper, strict=True),
        *zip(found.reduced_costs, program.lower, program.upper, strict=True),
    ]:
        if abs(price) > 1e-9:
            paid += price * (low if price > 0 else high)
    assert paid == pytest.approx(found.objective, abs=1e-6)
    rest = program.cost - program.matrix.T @ found.row_duals - found.reduced_costs
    assert np.abs(rest).max() <= 1e-7
    assert found.row_activity == pytest.approx(program.matrix @ found.x, abs=1e-7)


def test_a_dual_is_what_one_more_unit_costs() -> None:
    model = LinearModel(linear_program([3, 5], [[1, 1]], row_lower=10, upper=[6, 100]))
    before = model.solve()
    model.change_rows(0, lower=11)
    assert model.solve().objective - before.objective == pytest.approx(before.row_duals[0])


@given(st.integers(0, 10_000), st.sampled_from(["simplex", "ipm"]))
def test_a_warm_run_finds_what_a_cold_one_finds(seed: int, method: str) -> None:
    random = np.random.default_rng(seed)
    program = random_program(seed)
    model = LinearModel(program, method=method)
    model.solve()
    model.change_costs([0, 2], random.integers(-9, 10, 2))
    model.change_columns([1], upper=[float(random.integers(1, 5))])
    new = model.add_rows(
        sparse.csr_array(np.ones((2, 6))), lower=[1, -INF], upper=[INF, 20], names=["a", "b"]
    )
    assert list(new) == [8, 9]
    warm = model.solve()
    assert warm.objective == pytest.approx(solve_linear(model.program()).objective, abs=1e-7)
    assert model.program().row_names[8:] == ("a", "b")
    model.drop_rows([8, 9])
    model.change_costs(range(6), program.cost)
    model.change_columns(1, lower=0, upper=5)
    assert model.solve().objective == pytest.approx(solve_linear(program).objective, abs=1e-7)
    assert (model.rows, model.columns) == (8, 6)


def test_a_warm_run_needs_fewer_steps() -> None:
    random = np.random.default_rng(1)
    a = random.random((120, 60))
    model = LinearModel(linear_program(random.random(60) + 0.1, a, row_lower=10))
    cold = model.solve().iterations
    model.change_rows(range(120), lower=np.linspace(9, 11, 120))
    assert 0 < model.solve().iterations < cold / 2


def test_the_same_programme_gives_the_same_answer_to_the_last_bit() -> None:
    first, second = (solve_linear(random_program(7, 40, 30)) for _ in range(2))
    assert first.x.tobytes() == second.x.tobytes()
    assert first.row_duals.tobytes() == second.row_duals.tobytes()


def test_nothing_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    solve_linear(random_program(3))
    with pytest.raises(NoAnswerError):
        solve_linear(linear_program([-1.0]))
    os.write(1, b"heard")
    assert capfd.readouterr() == ("heard", "")


def test_programmes_without_rows_or_with_empty_ones() -> None:
    assert solve_linear(linear_program([1, -1], upper=2)).x.tolist() == [0.0, 2.0]
    assert solve_linear(linear_program([0.0], [[0.0]], row_upper=3)).objective == 0.0
    assert solve_linear(linear_program([2.0], [[1.0]], row_lower=3, row_upper=3)).objective == 6.0


def test_rows_that_clash_are_named_with_what_would_mend_them() -> None:
    program = linear_program(
        [1, 1, 1],
        [[1, 1, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]],
        row_lower=[10, -INF, -INF, 1],
        row_upper=[INF, 4, 3, INF],
        row_names=["demand", "first port", "second port", "elsewhere"],
    )
    with pytest.raises(NoAnswerError) as caught:
        solve_linear(program, where="plan")
    assert str(caught.value) == (
        "plan: no answer keeps all limits: 'demand' (at least 10), 'first port' (at most 4) and "
        "'second port' (at most 3) cannot hold together; it would do to give way in 'demand' by 3."
    )
    assert "elsewhere" not in str(caught.value)


@pytest.mark.parametrize(
    ("program", "words"),
    [
        (linear_program([1], [[1], [2]], row_lower=[3, 1], row_upper=[3, 4]), "row 0 (equal to 3)"),
        (linear_program([1], [[1], [1]], row_lower=[0, 4], row_upper=[3, 5]), "row 1 (4 to 5)"),
        (linear_program([1], [[1]], row_lower=3, upper=2, column_names=["x"]), "the bounds of 'x'"),
        (linear_program([-1, 0], [[0, 1]], row_lower=3, upper=[INF, 2]), "give way in row 0 by 1"),
    ],
)
def test_other_clashes(program: solvers.LinearProgram, words: str) -> None:
    with pytest.raises(NoAnswerError) as caught:
        solve_linear(program)
    assert words in str(caught.value)


def test_columns_that_run_away_are_named() -> None:
    program = linear_program(
        [-1, 1, 5], [[1, -1, 0]], row_upper=4, column_names=["bought", "sold", "kept"], lower=[0, 0, 1]
    )
    with pytest.raises(NoAnswerError) as caught:
        LinearModel(
            linear_program([-2, 1, 5], program.matrix, row_upper=4, column_names=program.column_names)
        ).solve()
    assert str(caught.value) == (
        "the objective has no floor: 'bought' up and 'sold' up can go on for ever at a gain; a limit is "
        "missing, or a cost has the wrong sign."
    )
    with pytest.raises(NoAnswerError, match="column 0 down can go on"):
        solve_linear(linear_program([1.0], lower=-INF))
    assert solve_linear(program).objective == pytest.approx(1.0)


def test_a_model_lives_on_after_a_question_without_answer() -> None:
    model = LinearModel(linear_program([1], [[1]], row_lower=1, upper=5))
    model.change_rows(0, lower=9)
    with pytest.raises(NoAnswerError):
        model.solve()
    model.change_rows(0, lower=2)
    assert model.solve().objective == 2.0


def test_what_cannot_be_meant_is_told_at_once() -> None:
    with pytest.raises(InputError) as caught:
        linear_program(
            [1, math.nan],
            [[1, 1], [0, 1]],
            row_lower=[1, 2, 3],
            upper=[math.nan, 1],
            row_names=["a"],
            column_names=["x", "y"],
        )
    text = str(caught.value)
    for words in (
        "row_lower: shape (3,); give one number, or 2",
        "upper: missing numbers; write infinity where there is no limit",
        "cost: no number for 'y'",
        "row_names: 1 names for 2 rows",
    ):
        assert words in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"cost": [[1.0]]}, "cost: shape (1, 1)"),
        ({"cost": [1.0], "matrix": [[1, 2]]}, "matrix: shape (1, 2) for 1 columns"),
        ({"cost": [1.0], "matrix": [[math.nan]]}, "a missing one is not zero"),
        ({"cost": [1.0], "matrix": [[1e16]]}, "too large for the solver"),
        ({"cost": [1.0], "lower": 3, "upper": 2}, "column 0: lower limit 3 lies above upper limit 2"),
        ({"cost": [1.0], "lower": INF}, "column 0: a limit of infinity that nothing can reach"),
        (
            {"cost": [1.0], "matrix": [[1]], "row_lower": 2, "row_upper": 1, "row_names": ["r"]},
            "'r': lower limit 2",
        ),
    ],
)
def test_other_inputs_that_cannot_be_meant(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(InputError) as caught:
        linear_program(**arguments)
    assert message in str(caught.value)


def test_changes_that_cannot_be_made() -> None:
    model = LinearModel(linear_program([1, 2], [[1, 1]], row_lower=1, row_names=["need"]))
    for act, message in [
        (lambda: model.change_costs(5, 1), "column 5 does not exist; there are 2"),
        (lambda: model.change_costs(0, math.nan), "cost: no number for 1 of the columns"),
        (lambda: model.change_costs([0, 1], [1, 2, 3]), "cost: shape (3,); give one number, or 2"),
        (lambda: model.change_rows(-1, lower=0), "row -1 does not exist"),
        (lambda: model.change_rows(0, upper=0), "'need': lower limit 1 lies above upper limit 0"),
        (lambda: model.change_rows(0, lower=math.nan), "lower: missing numbers"),
        (lambda: model.change_columns(1, upper=-1), "'column 1': lower limit 0 lies above upper limit -1"),
        (lambda: model.add_rows([[1.0]]), "matrix: shape (1, 1) for 2 columns"),
        (lambda: model.add_rows([[1.0, 1.0]], names=["a", "b"]), "names: 2 names for 1 rows"),
        (lambda: model.drop_rows(1), "row 1 does not exist; there are 1"),
    ]:
        with pytest.raises(InputError) as caught:
            act()
        assert message in str(caught.value)
    assert model.solve().objective == 1.0


def test_options_that_cannot_be_used() -> None:
    with pytest.raises(OptionError, match="method: 'magic'; choose one of simplex, ipm"):
        solve_linear(linear_program([1.0]), method="magic")
    with pytest.raises(OptionError, match="tolerance: 0 lies outside"):
        solve_linear(linear_program([1.0]), tolerance=0)


def test_a_description_does_not_change() -> None:
    cost = np.array([1.0])
    program = linear_program(cost)
    cost[0] = 7
    assert program.cost[0] == 1
    with pytest.raises(ValueError, match="read-only"):
        program.cost[0] = 2


def test_names_of_the_room() -> None:
    assert set(dir(solvers)) == set(solvers.__all__)
    for name in solvers.__all__:
        assert getattr(solvers, name) is not None
    with pytest.raises(AttributeError, match="has no attribute 'solve'"):
        _ = solvers.solve


def test_somebody_else_s_threads_do_not_stop_us() -> None:
    """HiGHS has one pool of threads a process: a user's own programme may have made it first, and larger."""
    import highspy

    other = highspy._core._Highs()
    other.setOptionValue("output_flag", False)
    other.setOptionValue("threads", 2)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = 1, 0
    model.col_cost_, model.col_lower_, model.col_upper_ = np.ones(1), np.zeros(1), np.ones(1)
    model.row_lower_, model.row_upper_ = np.zeros(0), np.zeros(0)
    model.a_matrix_.start_ = np.zeros(2, dtype=np.int32)
    highspy._core._Highs.resetGlobalScheduler(True)
    other.passModel(model)
    other.run()
    program = linear_program([1.0, 2.0], [[1.0, 1.0]], row_lower=[1.0], row_upper=[np.inf])
    assert solve_linear(program).objective == pytest.approx(1.0)
